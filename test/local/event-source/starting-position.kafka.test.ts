/** Source of all: kafka-starting-positions, kafka-consumer-group-id. */
import type { StartingPosition } from '../../../local/event-source/mapping-options';
import { EventSourceHarness, until } from '../event-source-harness';

let harness: EventSourceHarness;

beforeEach(async () => {
  harness = new EventSourceHarness();
  await harness.makeTopic(1);
  await harness.writeValues(0, 'a', 'b');
});

afterEach(() => harness.close());

/** Starts, lets it settle, writes one more record, and waits until that is committed. */
async function deliveredFrom(startingPosition: StartingPosition): Promise<readonly number[]> {
  const source = harness.start(() => null, { startingPosition });
  await source.started;
  if (startingPosition.kind !== 'TRIM_HORIZON') await until(async () => (await harness.committed(0)) >= 0);
  await harness.writeValues(0, 'last');
  await until(async () => (await harness.committed(0)) === 3);
  return harness.offsetsOf(0);
}

test('TRIM_HORIZON begins with the oldest record', async () => {
  expect(await deliveredFrom({ kind: 'TRIM_HORIZON' })).toEqual([0, 1, 2]);
});

test('LATEST begins with what is written after the start', async () => {
  expect(await deliveredFrom({ kind: 'LATEST' })).toEqual([2]);
});

test('AT_TIMESTAMP begins with the first record that is not older', async () => {
  const own = new EventSourceHarness();
  await own.makeTopicOfProducersTime();
  await own.write(
    0,
    [1_000, 2_000, 3_000].map((ms) => ({ value: 'x', timestamp: String(ms) })),
  );

  own.start(() => null, { startingPosition: { kind: 'AT_TIMESTAMP', timestampMs: 1_500 } });
  await until(async () => (await own.committed(0)) === 3);
  await own.close();

  expect(own.offsetsOf(0)).toEqual([1, 2]);
});

test('AT_TIMESTAMP begins at the end where every record is older', async () => {
  expect(await deliveredFrom({ kind: 'AT_TIMESTAMP', timestampMs: Date.now() + 60_000 })).toEqual([2]);
});

test('AT_TIMESTAMP of the past begins with the first record', async () => {
  expect(await deliveredFrom({ kind: 'AT_TIMESTAMP', timestampMs: 1 })).toEqual([0, 1, 2]);
});

test.each<StartingPosition>([{ kind: 'LATEST' }, { kind: 'AT_TIMESTAMP', timestampMs: 1 }])(
  'a group that has committed goes on from there, whatever the position says: $kind',
  async (startingPosition) => {
    const first = harness.start(() => null, { batchSize: 1 });
    await until(async () => (await harness.committed(0)) === 2);
    await first.stop(5_000);
    await harness.writeValues(0, 'while nobody was there');

    harness.start(() => null, { startingPosition });
    await until(async () => (await harness.committed(0)) === 3);

    expect(harness.offsetsOf(0)).toEqual([0, 1, 2]);
  },
);
