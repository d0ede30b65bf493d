/** `drain`: a topic that is full, and an event source that starts: how fast it is counted, and what each process spends on it. */
import { readBarely } from './bare-kafkajs';
import { BenchTopic, batchSettings, partitions } from './bench-topic';
import {
  type AuditedCells,
  type Bench,
  BenchError,
  type Measurement,
  type Scale,
  sleep,
  sumCells,
} from './benchmark';
import { figuresOf } from './figures';
import { simulatedViewBytes } from './simulated-log';
import { perEventUs, type SpentTime, spentSince, spentTime } from './spent-time';

const pollMs = 20;
const stuckAfterMs = 60_000;
/** The part from here on is called steady: start-up and most of the compiler's work are over. */
const steadyFrom = 0.25;
/** Processor time is told in steps of 10 ms: a shorter steady part would be made of them. */
const steadyMsMin = 500;
/** As dense as on a topic that takes this much. */
const eventsPerSecond = 20_000;

interface DrainRun {
  readonly rate: number;
  readonly steadyRate: number | undefined;
  readonly firstResultMs: number;
  readonly clientUs: number | undefined;
  readonly steadyClientUs: number | undefined;
  readonly kafkaUs: number | undefined;
  readonly redisUs: number | undefined;
  readonly allUs: number | undefined;
  readonly memoryMiB: number | undefined;
  readonly logBytes: number | undefined;
  readonly audited: AuditedCells;
}

interface Progress {
  readonly atMs: number;
  readonly counted: number;
  readonly spent: SpentTime;
}

/** Counts the topic from its beginning, once. */
async function drainOnce(bench: Bench, topic: BenchTopic, events: number): Promise<DrainRun> {
  const { services, programs } = bench;
  const before = await spentTime(services);
  const program = programs.start('local/processor.ts', topic.env());
  let firstAtMs: number | undefined;
  let quarter: Progress | undefined;
  let movedAtMs = performance.now();
  let counted = 0;
  while (counted < events) {
    await sleep(pollMs);
    program.requireAlive();
    const now = await topic.counted();
    const atMs = performance.now();
    if (now > counted) movedAtMs = atMs;
    if (atMs - movedAtMs > stuckAfterMs)
      throw new BenchError(`drain stands still at ${now} of ${events} records`);
    counted = now;
    if (counted > 0) firstAtMs ??= atMs;
    if (counted >= events * steadyFrom && counted < events)
      quarter ??= { atMs, counted, spent: await spentTime(services, program) };
  }
  const endMs = performance.now();
  const end = await spentTime(services, program);
  const memoryMiB = program.peakMemoryMiB();
  await program.stop();
  const spent = spentSince(before, end);
  const steady = quarter && endMs - quarter.atMs >= steadyMsMin ? quarter : undefined;
  const steadyEvents = events - (steady?.counted ?? 0);
  return {
    rate: (events * 1_000) / (endMs - program.startedAtMs),
    steadyRate: steady && (steadyEvents * 1_000) / (endMs - steady.atMs),
    firstResultMs: (firstAtMs ?? endMs) - program.startedAtMs,
    clientUs: perEventUs(spent.client, events),
    steadyClientUs: steady && perEventUs(spentSince(steady.spent, end).client, steadyEvents),
    kafkaUs: perEventUs(spent.kafka, events),
    redisUs: perEventUs(spent.redis, events),
    allUs: perEventUs(spent.all, events),
    memoryMiB,
    logBytes: await topic.bytesPerRecord(),
    audited: await topic.audit(),
  };
}

export async function measureDrain(bench: Bench, { events, runs }: Scale): Promise<Measurement> {
  const topic = await BenchTopic.make(bench.services, 'drain');
  bench.say(`drain: filling ${topic.name} with ${events} records`);
  await topic.fill({ records: events, eventsPerSecond, timeMs: () => Date.now() });
  const bare = await readBarely(bench, topic.name, events);
  const results: DrainRun[] = [];
  for (let run = 0; run < runs; run += 1) {
    results.push(await drainOnce(bench, topic, events));
    await topic.forgetCounts();
  }
  await topic.remove();
  return {
    conditions: [
      `${events.toLocaleString('en')} records, median page view ${simulatedViewBytes(eventsPerSecond)} bytes`,
      `${partitions} partitions, batches of at most ${batchSettings.batchSize.toLocaleString('en')} records, one event source`,
    ],
    figures: [
      ...figuresOf(results, [
        ['rate', 'counted, start-up included', 'events/s'],
        ['steadyRate', 'counted, from a quarter on', 'events/s'],
        ['firstResultMs', 'first result after start', 'ms'],
        ['clientUs', 'event source CPU', 'us/event'],
        ['steadyClientUs', 'event source CPU, from a quarter on', 'us/event'],
        ['kafkaUs', 'Kafka CPU', 'us/event'],
        ['redisUs', 'Redis CPU', 'us/event'],
        ['allUs', 'all three', 'us/event'],
        ['logBytes', 'log of Kafka, one copy', 'bytes/event'],
        ['memoryMiB', 'event source, peak memory', 'MiB'],
      ]),
      { name: 'ceiling: kafkajs reads, no work', unit: 'events/s', values: [bare.rate] },
      { name: 'ceiling: kafkajs reads, no work, CPU', unit: 'us/event', values: [bare.cpuUs] },
    ],
    audited: sumCells(results.map(({ audited }) => audited)),
  };
}
