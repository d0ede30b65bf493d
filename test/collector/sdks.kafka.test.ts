/** The SDKs for Node as they are published, with their defaults, against a running collector: what they say they delivered is what is counted. */
import { Analytics } from '@segment/analytics-node';
import { Umami } from '@umami/node';
import { findFreePort } from '../../local/services/ports';
import { CollectorFront, type FrontFault } from '../support/collector-front';
import { RunningCollector, type WrittenEvent } from '../support/running-collector';

let running: RunningCollector;
const fronts: CollectorFront[] = [];

beforeAll(async () => {
  running = await RunningCollector.start([]);
});

afterAll(async () => {
  for (const front of fronts) front.close();
  await running.stop();
});

async function frontWith(faults: FrontFault[], port?: number): Promise<string> {
  const front = new CollectorFront(running.port, faults);
  fronts.push(front);
  return await front.open(port);
}

interface Delivered {
  readonly ids: readonly string[];
  readonly failed: readonly string[];
}

/** Sends calls as an app would, and answers which of them the SDK has told to be delivered. */
async function sendBySegment(host: string, name: string, count: number): Promise<Delivered> {
  const analytics = new Analytics({ writeKey: 'demo', host });
  const ids: string[] = [];
  const failed: string[] = [];
  analytics.on('error', (error) => failed.push(String(error.reason)));
  for (let i = 0; i < count; i += 1) {
    const done = (
      error: unknown,
      context: { event: { messageId?: string | undefined } } | undefined,
    ): void => {
      const id = context?.event.messageId;
      if (error === undefined && id !== undefined) ids.push(id);
    };
    if (i % 3 === 0)
      analytics.page(
        { anonymousId: `${name}-${i}`, properties: { url: `https://demo.example/${name}/${i}` } },
        done,
      );
    else analytics.track({ anonymousId: `${name}-${i}`, event: name, properties: { i } }, done);
  }
  await analytics.closeAndFlush();
  return { ids, failed };
}

async function writtenBy(name: string): Promise<readonly WrittenEvent[]> {
  const { events } = await running.written();
  return events.filter(({ anonymousId, event }) => anonymousId.startsWith(`${name}-`) || event === name);
}

/** Kafka may hold one twice where an answer was lost; the consumer drops it by its id. */
function idsOf(events: readonly WrittenEvent[]): readonly string[] {
  return [...new Set(events.map(({ messageId }) => messageId))].sort();
}

test.each<[string, FrontFault[]]>([
  ['undisturbed', []],
  ['with500', ['500', '500']],
  ['reset', ['none', 'reset', 'none', 'reset']],
])('@segment/analytics-node, %s: what it delivered is there, all of it', async (name, faults) => {
  const { ids, failed } = await sendBySegment(await frontWith(faults), name, 40);

  expect(failed).toEqual([]);
  expect(ids).toHaveLength(40);
  expect(idsOf(await writtenBy(name))).toEqual([...ids].sort());
});

test('@segment/analytics-node, refused and back: what it delivered is there', async () => {
  const port = await findFreePort();
  const sending = sendBySegment(`http://127.0.0.1:${port}`, 'refused', 20);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await frontWith([], port);
  const { ids } = await sending;

  expect(ids).toHaveLength(20);
  expect(idsOf(await writtenBy('refused'))).toEqual([...ids].sort());
});

/** It never tries again, so each call is delivered once or lost, and says which. */
async function sendByUmami(hostUrl: string, name: string, count: number): Promise<number> {
  const umami = new Umami({ websiteId: 'demo', hostUrl });
  let delivered = 0;
  for (let i = 0; i < count; i += 1) {
    const response = await umami.track(name, { i }).catch(() => undefined);
    if (response?.ok) delivered += 1;
  }
  return delivered;
}

test.each<[string, FrontFault[], number]>([
  ['umami', [], 12],
  ['umami500', ['none', '500', '500'], 10],
  ['umamiReset', ['none', 'reset', 'none'], 11],
])(
  '@umami/node, %s: what it delivered is counted once; it loses by itself what is not answered',
  async (name, faults, expected) => {
    const delivered = await sendByUmami(await frontWith(faults), name, 12);

    expect(delivered).toBe(expected);
    expect(await writtenBy(name)).toHaveLength(expected);
  },
);

test('@umami/node, refused: lost by the client, and nothing is counted', async () => {
  const port = await findFreePort();
  expect(await sendByUmami(`http://127.0.0.1:${port}`, 'umamiRefused', 3)).toBe(0);
  expect(await writtenBy('umamiRefused')).toEqual([]);
});
