/** The fuzz of `npm run faults -- collector-fuzz`, short and without Kafka: each request is answered and counted as its maker says. */
import { RequestSender } from '../../faults/requests/sender';
import type { RequestSpecimen } from '../../faults/requests/specimen';
import { drawRequest } from '../../faults/requests/specimens';
import { seededRandom } from '../../producer/simulator/random';
import { OfflineCollector } from '../support/offline-collector';

const requests = 700;
const atOnce = 16;

test('no request breaks it, and everything is counted by its reason', async () => {
  const collector = new OfflineCollector();
  await collector.open();
  const sender = new RequestSender(collector.port);
  const random = seededRandom(11);
  const wrong: string[] = [];
  const expected: Record<string, number> = {};
  let events = 0;
  // Slow ones take 15 s each.
  const drawn: RequestSpecimen[] = Array.from({ length: requests }, () => drawRequest(random)).filter(
    ({ kind }) => kind !== 'slow',
  );
  const left = [...drawn];
  const work = async (): Promise<void> => {
    for (let specimen = left.shift(); specimen !== undefined; specimen = left.shift()) {
      const status = await sender.send(specimen);
      if (specimen.status !== undefined && status !== specimen.status)
        wrong.push(`${specimen.kind}: ${status} instead of ${specimen.status}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  for (const specimen of drawn) {
    events += specimen.events;
    for (const [reason, count] of Object.entries(specimen.edge))
      expected[reason] = (expected[reason] ?? 0) + count;
  }
  sender.close();
  await collector.close();

  expect(wrong).toEqual([]);
  expect(new Set(drawn.map(({ kind }) => kind)).size).toBeGreaterThan(12);
  expect(collector.edge).toEqual(expected);
  expect(collector.events).toHaveLength(events);
});
