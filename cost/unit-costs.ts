/**
 * What the shipped programs spend on an event, as measured here, each with the command that measures it. The machine and its conditions are
 * those of docs/performance.md, but where a note says otherwise. Measure again: run the command, write the row's median here.
 */
export interface Measured {
  readonly value: number;
  readonly unit: string;
  readonly command: string;
  /** The row of its table. */
  readonly row: string;
  readonly measuredOn: string;
  /** Where the conditions were not those of docs/performance.md. */
  readonly note?: string;
}

const on = (command: string, row: string, value: number, unit: string, note?: string): Measured => ({
  value,
  unit,
  command,
  row,
  measuredOn: '2026-11-25',
  ...(note ? { note } : {}),
});

const scaled =
  'measured while the machine was not quiet, and scaled by what the row of full batches took then and on the quiet machine';

const notQuiet = 'mean of two runs, 325 and 381, while others had half of the machine';

const handler = (size: string, value: number) =>
  on('npm run bench -- fold', `handler without Redis, CPU${size}`, value, 'us/event', size && scaled);
const store = (row: string, value: number, note = '') =>
  on('npm run bench -- commit', row, value, 'us/event', note);

export const MEASURED = {
  handler10000: handler('', 22.14),
  handler100: handler(', batches of 100', 26.6),
  handler1: handler(', batches of 1', 419),
  payloadParse: on('npm run bench -- fold', 'bare base64 + JSON.parse, CPU', 3.706, 'us/event'),
  payloadBytes: on('npm run bench -- fold', 'payload of an invocation', 744, 'bytes/event'),
  commit10000: store('Redis CPU of the commits', 4.74),
  lookUp10000: store('Redis CPU of the look-ups', 0.84),
  commit100: store('Redis CPU of the commits, batches of 100', 19.8, scaled),
  lookUp100: store('Redis CPU of the look-ups, batches of 100', 2.33, scaled),
  commit1: store('Redis CPU of the commits, batches of 1', 328, scaled),
  lookUp1: store('Redis CPU of the look-ups, batches of 1', 99.4, scaled),
  sent10000: on('npm run bench -- commit', 'sent for commits, and for look-ups', 72.3, 'bytes/event'),
  sent100: on('npm run bench -- commit', 'the same, batches of 100', 167, 'bytes/event'),
  sent1: on('npm run bench -- commit', 'the same, batches of 1', 2_494, 'bytes/event'),
  logBytes: on('npm run bench -- drain', 'log of Kafka, one copy', 496, 'bytes/event'),
  collector: on(
    'npm run bench -- collector',
    'one event a request: collector, CPU',
    350,
    'us/event',
    notQuiet,
  ),
  producer: on('npm run bench -- end-to-end', 'producer CPU', 20.7, 'us/event'),
  snapshotMs: on('npm run bench -- read', '30m warm p50', 8.95, 'ms'),
  snapshotCommands: on('npm run bench -- read', '30m warm commands of Redis', 232, 'commands'),
  snapshotBytes: on('npm run bench -- read', '30m warm answered by Redis', 169_752, 'bytes'),
  snapshotGzip: on('npm run bench -- read', '30m gzipped', 3_605, 'bytes'),
  audit: on('npm run audit', 'docs/audit.md, Size: 131 s of 5,263,570 records', 24.9, 'us/event'),
} as const satisfies Readonly<Record<string, Measured>>;

/** The read bench has this many shards. */
export const snapshotShards = 8;

/** What a run of `n` records of a partition costs, all of it together. */
export type RunCost = (n: number) => number;

/**
 * Straight between what was measured for runs of 1, 100 and 10,000 records, each given by event, and on beyond: more records in a run
 * touch the same counters again, so each further one costs less.
 */
export function runCost(byEvent1: number, byEvent100: number, byEvent10000: number): RunCost {
  const points = [
    { n: 0, cost: 0 },
    { n: 1, cost: byEvent1 },
    { n: 100, cost: 100 * byEvent100 },
    { n: 10_000, cost: 10_000 * byEvent10000 },
  ] as const;
  return (n) => {
    const [from, to] =
      n <= 1 ? [points[0], points[1]] : n <= 100 ? [points[1], points[2]] : [points[2], points[3]];
    return from.cost + ((n - from.n) * (to.cost - from.cost)) / (to.n - from.n);
  };
}

const M = MEASURED;
/** Processor seconds of the handler. */
export const handlerSeconds = runCost(
  M.handler1.value / 1e6,
  M.handler100.value / 1e6,
  M.handler10000.value / 1e6,
);
/** Processor seconds of Redis for look-up and commit together. */
export const storeSeconds = runCost(
  (M.commit1.value + M.lookUp1.value) / 1e6,
  (M.commit100.value + M.lookUp100.value) / 1e6,
  (M.commit10000.value + M.lookUp10000.value) / 1e6,
);
/** Bytes sent to Redis. */
export const storeBytes = runCost(M.sent1.value, M.sent100.value, M.sent10000.value);
