/** A log as the simulator would fill it, without Kafka: the same seed gives the same records, byte for byte. */
import type { LogRecord } from '../pipeline/core/event';
import { type SimulatedRecord, Simulator } from '../producer/simulator/simulator';
import { median } from './figures';

const seed = 20_260_101;
export const benchSite = 'demo';

export interface SimulatedLog {
  readonly partitions: number;
  readonly records: number;
  /** Decides how many sessions are open at a time, and with that how often a visitor or a value comes again. */
  readonly eventsPerSecond: number;
  /** Log time of record `index`, of all partitions together; never falls. */
  readonly timeMs: (index: number) => number;
}

/** One record after the other, with the log time that it is given. */
export function* simulateRecords(
  log: SimulatedLog,
): Generator<SimulatedRecord & { readonly timestampMs: number }> {
  const { partitions, records, eventsPerSecond, timeMs } = log;
  const startMs = timeMs(0);
  const simulator = new Simulator({ seed, sites: [benchSite], partitions, eventsPerSecond, startMs });
  for (let i = 0; i < records; i += 1) {
    const timestampMs = timeMs(i);
    yield { ...simulator.next(timestampMs), timestampMs };
  }
}

/** The records of each partition, offsets from 0. */
export function simulateLog(log: SimulatedLog): LogRecord[][] {
  const byPartition: LogRecord[][] = Array.from({ length: log.partitions }, () => []);
  for (const { partition, value, timestampMs } of simulateRecords(log)) {
    const of = byPartition[partition] as LogRecord[];
    of.push({ offset: of.length, timestampMs, value: value === null ? null : Buffer.from(value) });
  }
  return byPartition;
}

/** Bytes of the middle page view, as JSON on the topic. */
export function medianViewBytes(records: readonly LogRecord[]): number {
  const views = records.filter(({ value }) => value !== null && Buffer.from(value).includes('"type":"page"'));
  return median(views.map(({ value }) => value?.length ?? 0));
}

const sampled = 2_000;

/** The same of what the producer writes, from a sample. */
export function simulatedViewBytes(eventsPerSecond: number): number {
  const startMs = Date.UTC(2026, 0, 1);
  const log = simulateLog({ partitions: 1, records: sampled, eventsPerSecond, timeMs: (i) => startMs + i });
  return medianViewBytes(log[0] as LogRecord[]);
}
