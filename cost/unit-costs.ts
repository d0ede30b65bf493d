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
  ...(note === undefined ? {} : { note }),
});

const busy = 'the machine was not quiet: processor time is taken as too high rather than too low';

export const MEASURED = {
  handlerFull: on('npm run bench -- fold', 'handler without Redis, CPU', 22.14, 'us/event'),
  handlerSmall: on('npm run bench -- fold', 'handler without Redis, CPU, batches of 100', 33, 'us/event', busy),
  payloadParse: on('npm run bench -- fold', 'bare base64 + JSON.parse, CPU', 3.706, 'us/event'),
  payloadBytes: on('npm run bench -- fold', 'payload of an invocation', 742, 'bytes/event'),
  commitFull: on('npm run bench -- commit', 'Redis CPU of the commits', 4.74, 'us/event'),
  lookUpFull: on('npm run bench -- commit', 'Redis CPU of the look-ups', 0.84, 'us/event'),
  commitSmall: on('npm run bench -- commit', 'Redis CPU of the commits, batches of 100', 20, 'us/event', busy),
  lookUpSmall: on('npm run bench -- commit', 'Redis CPU of the look-ups, batches of 100', 2, 'us/event', busy),
  commitBytesFull: on('npm run bench -- commit', 'sent for commits', 56.3, 'bytes/event'),
  lookUpBytes: on('npm run bench -- commit', 'sent for look-ups', 16, 'bytes/event'),
  commitBytesSmall: on('npm run bench -- commit', 'sent for commits, batches of 100', 100, 'bytes/event'),
  logBytes: on('npm run bench -- drain', 'log of Kafka, one copy', 500, 'bytes/event'),
  producer: on('npm run bench -- end-to-end', 'producer CPU', 20.7, 'us/event'),
  snapshotMs: on('npm run bench -- read', '30m warm CPU p50', 9, 'ms'),
  snapshotCommands: on('npm run bench -- read', '30m warm commands of Redis', 100, 'commands'),
  snapshotBytes: on('npm run bench -- read', '30m warm answered by Redis', 30_000, 'bytes'),
  snapshotGzip: on('npm run bench -- read', '30m gzipped', 3_605, 'bytes'),
  audit: on('npm run audit', 'docs/audit.md, Size: 131 s of 5,263,570 records', 24.9, 'us/event'),
} as const satisfies Readonly<Record<string, Measured>>;

/** Of the batches that were measured: full ones, and small ones. */
const fullBatch = 10_000;
const smallBatch = 100;
/** The read bench has this many shards. */
export const snapshotShards = 8;

/** What a run of `n` events of a partition costs: `perRun + n * perEvent`. */
export interface RunCost {
  readonly perRun: number;
  readonly perEvent: number;
}

/** The line through both measurements, each by event. A small batch is never cheaper by event. */
export function runCost(byEventFull: number, byEventSmall: number): RunCost {
  const perEvent = (fullBatch * byEventFull - smallBatch * byEventSmall) / (fullBatch - smallBatch);
  return { perRun: Math.max(0, smallBatch * (byEventSmall - perEvent)), perEvent };
}

/** Processor seconds of the handler. */
export const HANDLER_SECONDS = runCost(MEASURED.handlerFull.value / 1e6, MEASURED.handlerSmall.value / 1e6);
/** Processor seconds of Redis for look-up and commit together. */
export const STORE_SECONDS = runCost(
  (MEASURED.commitFull.value + MEASURED.lookUpFull.value) / 1e6,
  (MEASURED.commitSmall.value + MEASURED.lookUpSmall.value) / 1e6,
);
/** Bytes sent to Redis. */
export const STORE_BYTES = runCost(
  MEASURED.commitBytesFull.value + MEASURED.lookUpBytes.value,
  MEASURED.commitBytesSmall.value + MEASURED.lookUpBytes.value,
);
