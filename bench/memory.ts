/** `memory`: what the event source takes at an ordinary rate and at a full topic, and whether Redis takes what the formula says. */
import { randomBytes } from 'node:crypto';
import { MINUTE_MS } from '../pipeline/core/limits';
import { expectedMemory } from '../pipeline/store/memory-formula';
import { connectRedis, type RedisClient } from '../pipeline/store/redis-client';
import { BenchTopic, deleteKeys, partitions } from './bench-topic';
import {
  type AuditedCells,
  type Bench,
  type Measurement,
  type Scale,
  type Size,
  sleep,
  sumCells,
} from './benchmark';
import { type EvenSite, loadOf } from './even-site';
import { figuresOf } from './figures';
import type { FillStoreQuestion } from './inside/fill-store';
import { eventsPerSecond } from './latency';
import { producerEnv } from './trial';

const ordinarySeconds: Readonly<Record<Size, number>> = { tiny: 1, short: 10, whole: 60 };
/** Past the ten minutes of marks and the thirty-five of who is there now, in the middle of a minute, so that all that comes has gone. */
const historyMs = 46.5 * MINUTE_MS;
const pages = 20_000;
const batchRecords = 500;
/** The events of so many in `events` fill the store. */
const storeShare = 0.2;
const pollMs = 50;

interface Run {
  readonly ordinaryMiB: number | undefined;
  readonly fullMiB: number | undefined;
  readonly redisMiB: number;
  readonly formulaMiB: number;
  readonly offPercent: number;
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

/** Of the data alone: without the server, its connections and scripts. */
async function dataBytes(redis: RedisClient): Promise<number> {
  const statistics = (await redis.call('MEMORY', 'STATS')) as unknown[];
  const valueIn = (list: readonly unknown[], name: string): unknown => list[list.indexOf(name) + 1];
  const database = statistics.includes('db.0') ? (valueIn(statistics, 'db.0') as unknown[]) : undefined;
  const table = database === undefined ? 0 : Number(valueIn(database, 'overhead.hashtable.main'));
  return Number(valueIn(statistics, 'dataset.bytes')) + table;
}

/** Until the server has let go of what a connection that is gone had needed. */
async function settledBytes(redis: RedisClient): Promise<number> {
  for (let last = -1; ; ) {
    const bytes = await dataBytes(redis);
    if (bytes === last) return bytes;
    last = bytes;
    await sleep(300);
  }
}

async function storeMemory(
  { services, programs }: Bench,
  events: number,
): Promise<Pick<Run, 'redisMiB' | 'formulaMiB' | 'offPercent'>> {
  const topic = `bench-memory-${randomBytes(4).toString('hex')}`;
  const startMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 60 * MINUTE_MS;
  const site: EvenSite = { topic, partitions, events, pages, startMs, historyMs, batchRecords };
  // A connection that has done nothing else, so that what grows are the data.
  const fresh = connectRedis(services.redisUrl);
  const before = await settledBytes(fresh);
  const question = { redisUrl: services.redisUrl, site };
  await programs.ask<FillStoreQuestion, number>('bench/inside/fill-store.ts', question);
  const bytes = (await settledBytes(fresh)) - before;
  fresh.disconnect();
  await deleteKeys(services.redis, `{${topic}*`);
  const formula = expectedMemory(loadOf(site)).totalBytes;
  const mebibytes = (n: number): number => n / 2 ** 20;
  return {
    redisMiB: mebibytes(bytes),
    formulaMiB: mebibytes(formula),
    offPercent: Math.abs(formula / bytes - 1) * 100,
  };
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
    ...(await storeMemory(bench, Math.round(events * storeShare))),
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
      `Redis: ${stored} page views over ${historyMs / MINUTE_MS} minutes of log time, each of another visitor, ${pages.toLocaleString('en')} pages, and what docs/scaling.md says of such a site`,
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
