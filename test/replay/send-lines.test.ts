/** The order of sending, waiting and counting, with a sender in memory. It acknowledges everything, at once, and never fails. */
import type { BatchSender, OutgoingRecord } from '../../pipeline/stream/acknowledged-batch';
import type { LineOutcome } from '../../producer/replay/line-outcome';
import { sendLines } from '../../producer/replay/send-lines';
import { Tally } from '../../producer/replay/tally';

interface Sent {
  readonly atMs: number;
  readonly records: readonly OutgoingRecord[];
}

function memorySender(): BatchSender & { readonly batches: Sent[] } {
  const batches: Sent[] = [];
  return {
    batches,
    send: async (records) => {
      if (records.length > 0) batches.push({ atMs: Date.now(), records });
    },
    abandon: () => undefined,
    close: async () => undefined,
  };
}

async function* numbered(count: number): AsyncGenerator<string> {
  for (let i = 0; i < count; i += 1) yield String(i);
}

/** Each line is a view at as many milliseconds as it says; every third is skipped. */
function mapLine(line: string): LineOutcome {
  const timeMs = Number(line);
  if (timeMs % 3 === 2) return { kind: 'skipped', reason: 'file' };
  const event = { siteId: 'demo', anonymousId: `v${timeMs % 7}`, value: line };
  return { kind: 'sent', as: 'views', timeMs, event };
}

async function send(
  count: number,
  changes: { linesMax?: number; dueMs?: (ms: number) => number; stop?: AbortSignal },
) {
  const sender = memorySender();
  const tally = new Tally();
  const progress: number[] = [];
  await sendLines({
    lines: numbered(count),
    linesMax: count,
    mapLine,
    dueMs: () => 0,
    sender,
    partitions: 4,
    tally,
    stop: new AbortController().signal,
    onProgress: (lines) => progress.push(lines),
    ...changes,
  });
  const values = sender.batches.flatMap(({ records }) => records.map(({ value }) => value));
  return { batches: sender.batches, values, tally, progress };
}

test('everything is sent in the order of the file, in batches of at most a thousand', async () => {
  const { batches, values, tally, progress } = await send(4_000, {});

  expect(values).toHaveLength(2_667);
  expect(values.map(Number)).toEqual([...values.map(Number)].sort((a, b) => a - b));
  expect(batches.map(({ records }) => records.length)).toEqual([1_000, 1_000, 667]);
  expect(tally.lines).toBe(4_000);
  expect(progress.at(-1)).toBe(4_000);
});

test('a visitor’s records keep to one partition', async () => {
  const { batches } = await send(300, {});

  const partitionsOf = new Map<string | null, Set<number>>();
  for (const { key, partition } of batches.flatMap(({ records }) => records)) {
    partitionsOf.set(key, (partitionsOf.get(key) ?? new Set()).add(partition));
  }
  expect(partitionsOf.size).toBe(7);
  expect([...partitionsOf.values()].every(({ size }) => size === 1)).toBe(true);
});

test('no line is sent before it is due, and those before it do not wait for it', async () => {
  const startMs = Date.now();
  const dueMs = (timeMs: number) => (timeMs < 10 ? startMs : startMs + 200);

  const { batches } = await send(20, { dueMs });

  expect(batches.map(({ records }) => records.length)).toEqual([7, 7]);
  expect(batches[1]?.atMs).toBeGreaterThanOrEqual(startMs + 199);
});

test('what a server wrote to the file meanwhile is left for another replay', async () => {
  const { tally, values } = await send(20, { linesMax: 10 });

  expect(tally.lines).toBe(10);
  expect(values.at(-1)).toBe('9');
});

test('told to stop while it waits, it ends at once, and the rows still add up', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);

  const { tally, values } = await send(20, {
    stop: stop.signal,
    dueMs: (timeMs) => (timeMs < 10 ? 0 : Date.now() + 3_600_000),
  });

  expect(values).toHaveLength(7);
  expect(tally.lines).toBe(10);
  expect(tally.describe(20).slice(-2)).toEqual(['  10  not reached', '  20  lines']);
});
