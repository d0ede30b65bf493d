/** One trial of `end-to-end`: a topic of its own, producer and event source side by side for some seconds at one rate. */
import { SETTING } from '../pipeline/settings';
import { BenchTopic } from './bench-topic';
import { type AuditedCells, type Bench, BenchError, sleep } from './benchmark';
import { median } from './figures';
import type { RunningProgram } from './programs';
import { perEventUs, spentSince, spentTime } from './spent-time';

/** Joining, the first batches, and the compilers' first work. */
const warmUpMs = 2_000;
const sampleEveryMs = 200;
const startedWithinMs = 30_000;
const caughtUpWithinMs = 60_000;
/** Lag may grow by this share of what was written in the trial: batches are whole, so that it is never quite still. */
const growthShareMax = 0.02;
/** The producer must have kept to its rate: else it is the generator that was measured. */
const keptShareMin = 0.97;

export interface LagSample {
  readonly atMs: number;
  readonly written: number;
  readonly counted: number;
}

export interface Trial {
  readonly asked: number;
  /** Records counted a second, heartbeats included. */
  readonly rate: number;
  readonly isHeld: boolean;
  /** Lag of the last third of the samples less that of the first, records; the medians of both. */
  readonly lagGrowth: number;
  readonly lagMedian: number;
  readonly producerUs: number | undefined;
  readonly clientUs: number | undefined;
  readonly kafkaUs: number | undefined;
  readonly redisUs: number;
  readonly allUs: number | undefined;
}

/** True where the rate was reached and lag did not grow. */
export function judgeLag(
  samples: readonly LagSample[],
  asked: number,
): Pick<Trial, 'isHeld' | 'lagGrowth' | 'lagMedian' | 'rate'> {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs)
    throw new RangeError('judgeLag: at least two samples');
  const lags = samples.map(({ written, counted }) => written - counted);
  const third = Math.max(1, Math.floor(lags.length / 3));
  const lagGrowth = median(lags.slice(-third)) - median(lags.slice(0, third));
  const written = last.written - first.written;
  const seconds = (last.atMs - first.atMs) / 1_000;
  const isKept = written / seconds >= asked * keptShareMin;
  return {
    isHeld: isKept && lagGrowth <= written * growthShareMax,
    lagGrowth,
    lagMedian: median(lags),
    rate: (last.counted - first.counted) / seconds,
  };
}

async function sampleFor(
  seconds: number,
  topic: BenchTopic,
  programs: readonly RunningProgram[],
): Promise<LagSample[]> {
  const samples: LagSample[] = [];
  const endMs = performance.now() + seconds * 1_000;
  while (performance.now() < endMs) {
    for (const program of programs) program.requireAlive();
    const [written, counted] = await Promise.all([topic.written(), topic.counted()]);
    samples.push({ atMs: performance.now(), written, counted });
    await sleep(sampleEveryMs);
  }
  return samples;
}

async function until(what: string, withinMs: number, holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new BenchError(`${what}: not within ${withinMs / 1_000} s`);
    await sleep(sampleEveryMs);
  }
}

/** Environment of the real producer at a rate. */
export function producerEnv(topic: BenchTopic, eventsPerSecond: number): Readonly<Record<string, string>> {
  return topic.env({ [SETTING.RATE]: String(eventsPerSecond), [SETTING.SEED]: '1' });
}

/** `isAudited`: every cell is compared afterwards, which takes about as long as the trial, or longer. */
export async function runTrial(
  bench: Bench,
  asked: number,
  seconds: number,
  isAudited: boolean,
): Promise<Trial & { readonly audited: AuditedCells | undefined }> {
  const { services, programs } = bench;
  const topic = await BenchTopic.make(services, 'trial');
  const eventSource = programs.start('local/processor.ts', topic.env());
  const producer = programs.start('producer/main.ts', producerEnv(topic, asked));
  await until('the first record is counted', startedWithinMs, async () => (await topic.counted()) > 0);
  await sleep(Math.min(warmUpMs, seconds * 1_000));
  const before = await spentTime(services, eventSource);
  const producerBefore = producer.seconds();
  const samples = await sampleFor(seconds, topic, [eventSource, producer]);
  const spent = spentSince(before, await spentTime(services, eventSource));
  const producerSpent = (producer.seconds() ?? Number.NaN) - (producerBefore ?? Number.NaN);
  await producer.stop();
  await until('what was written is counted', caughtUpWithinMs, async () => {
    return (await topic.counted()) === (await topic.written());
  });
  await eventSource.stop();
  const audited = isAudited ? await topic.audit() : undefined;
  await topic.remove();
  const judged = judgeLag(samples, asked);
  const counted = (samples.at(-1) as LagSample).counted - (samples[0] as LagSample).counted;
  const producerUs = Number.isNaN(producerSpent) ? undefined : perEventUs(producerSpent, counted);
  const otherUs = perEventUs(spent.all, counted);
  return {
    asked,
    ...judged,
    producerUs,
    clientUs: perEventUs(spent.client, counted),
    kafkaUs: perEventUs(spent.kafka, counted),
    redisUs: (spent.redis * 1e6) / counted,
    allUs: otherUs === undefined || producerUs === undefined ? undefined : otherUs + producerUs,
    audited,
  };
}
