/** `memory`: what the event source takes at an ordinary rate and at a full topic, and whether Redis takes what the formula says. */
import { MINUTE_MS } from '../pipeline/core/limits';
import { BenchTopic, partitions } from './bench-topic';
import {
  type AuditedCells,
  type Bench,
  type Measurement,
  type Scale,
  type Size,
  sleep,
  sumCells,
} from './benchmark';
import { figuresOf } from './figures';
import { eventsPerSecond } from './latency';
import { historyMs, measureStore, type StoreMemory, storePages } from './store-memory';
import { producerEnv } from './trial';

const ordinarySeconds: Readonly<Record<Size, number>> = { tiny: 1, short: 10, whole: 60 };
/** The events of so many in `events` fill the store. */
const storeShare = 0.2;
const pollMs = 50;

interface Run extends StoreMemory {
  readonly ordinaryMiB: number | undefined;
  readonly fullMiB: number | undefined;
  readonly audited: AuditedCells;
}

interface Peak {
  readonly memoryMiB: number | undefined;
  readonly audited: AuditedCells;
}

/** Counts what is in the topic and, for some seconds, what a producer writes to it; then audits. */
async function peakMemory(bench: Bench, topic: BenchTopic, seconds: number): Promise<Peak> {
  const { programs } = bench;
  const eventSource = programs.start('local/processor.ts', topic.env());
  if (seconds > 0) {
    const producer = programs.start('producer/main.ts', producerEnv(topic, eventsPerSecond));
    while ((await topic.written()) === 0) {
      producer.requireAlive();
      await sleep(pollMs);
    }
    await sleep(seconds * 1_000);
    await producer.stop();
  }
  while ((await topic.counted()) < (await topic.written())) {
    eventSource.requireAlive();
    await sleep(pollMs);
  }
  const memoryMiB = eventSource.peakMemoryMiB();
  await eventSource.stop();
  const audited = await topic.audit();
  await topic.remove();
  return { memoryMiB, audited };
}

async function runOnce(bench: Bench, { events, size }: Scale): Promise<Run> {
  const ordinary = await BenchTopic.make(bench.services, 'memory');
  const ofOrdinary = await peakMemory(bench, ordinary, ordinarySeconds[size]);
  const full = await BenchTopic.make(bench.services, 'memory');
  await full.fill({ records: events, eventsPerSecond: 20_000, timeMs: () => Date.now() });
  const ofFull = await peakMemory(bench, full, 0);
  return {
    ordinaryMiB: ofOrdinary.memoryMiB,
    fullMiB: ofFull.memoryMiB,
    ...(await measureStore(bench, Math.round(events * storeShare))),
    audited: sumCells([ofOrdinary.audited, ofFull.audited]),
  };
}

export async function measureMemory(bench: Bench, scale: Scale): Promise<Measurement> {
  const done: Run[] = [];
  for (let run = 0; run < scale.runs; run += 1) done.push(await runOnce(bench, scale));
  const stored = Math.round(scale.events * storeShare).toLocaleString('en');
  return {
    conditions: [
      `event source for ${ordinarySeconds[scale.size]} s at ${eventsPerSecond.toLocaleString('en')} events/s, and on a topic that holds ${scale.events.toLocaleString('en')} records; ${partitions} partitions; VmHWM`,
      `Redis: ${stored} page views over ${historyMs / MINUTE_MS} minutes of log time, each of another visitor, ${storePages.toLocaleString('en')} pages, and what docs/scaling.md says of such a site`,
    ],
    figures: figuresOf(done, [
      ['ordinaryMiB', 'event source, ordinary rate, peak memory', 'MiB'],
      ['fullMiB', 'event source, full topic, peak memory', 'MiB'],
      ['redisMiB', 'Redis', 'MiB'],
      ['formulaMiB', 'formula', 'MiB'],
      ['offPercent', 'Redis, off the formula', '%'],
    ]),
    audited: sumCells(done.map(({ audited }) => audited)),
  };
}
