/** Floods one topic, and watches the memory of Redis and of the event source meanwhile. */
import type { RedisClient } from '../../pipeline/store/redis-client';
import { FedTopic } from '../fed-topic';
import { describeCourse, flatViolations } from '../memory-watch';
import { type ScenarioContext, sleep } from '../scenario';
import { type FloodRecord, FloodTally } from './flood-records';
import { type FloodSize, floodBound, partitions } from './flood-size';
import { describeRedis, megabytes, RedisWatch } from './redis-watch';

export interface Flood {
  readonly topic: FedTopic;
  readonly redis: RedisClient;
  readonly tally: FloodTally;
  readonly behindMs: number;
  readonly violations: string[];
}

export interface FloodOptions {
  readonly purpose: 'values' | 'sites';
  readonly sites: string;
  readonly records: number;
  readonly recordOf: (index: number, nowMs: number) => FloodRecord;
}

const pacedRecords = 1_000;
const toldEvery = 500_000;

async function write(
  context: ScenarioContext,
  topic: FedTopic,
  { records, recordOf }: FloodOptions,
  { perSecondMax, hoursMax }: FloodSize,
): Promise<{ readonly tally: FloodTally; readonly violations: string[] }> {
  const tally = new FloodTally();
  const fromMs = Date.now();
  for (let i = 0; i < records; i += 1) {
    const record = recordOf(i, Date.now());
    tally.add(record);
    await topic.writer.write({ key: record.key, value: record.value });
    if (i % pacedRecords === 0) {
      const aheadMs = (i / perSecondMax) * 1_000 - (Date.now() - fromMs);
      if (aheadMs > 0) await sleep(aheadMs);
    }
    if (tally.records % toldEvery === 0)
      context.say(`${tally.records} written, ${await topic.counted()} counted`);
  }
  await topic.writer.flush();
  const tookMs = Date.now() - fromMs;
  const isTooLong = tookMs > hoursMax * 3_600_000;
  return {
    tally,
    violations: isTooLong ? [`it was written for ${Math.round(tookMs / 1_000)} s: the bound is of less`] : [],
  };
}

export async function flood(
  context: ScenarioContext,
  size: FloodSize,
  options: FloodOptions,
): Promise<Flood> {
  const { purpose, sites } = options;
  const topic = await FedTopic.open(context, purpose, { sites, partitions });
  const bound = floodBound(topic.name, size, purpose === 'values');
  context.say(`bound of Redis for the flood of ${purpose}: ${megabytes(bound.totalBytes)}`);
  const { redis } = topic.shards;
  await topic.untilStarted();
  const watch = await RedisWatch.start(redis);
  const fromMs = performance.now();
  const { tally, violations } = await write(context, topic, options, size);
  const behindMs = await topic.untilCounted();
  const seconds = (performance.now() - fromMs) / 1_000;
  const course = await watch.end();
  const watched = await topic.watched();
  context.say(`${tally.records} records of ${purpose}, ${Math.round(tally.records / seconds)} a second`);
  for (const line of describeRedis(course)) context.say(line);
  context.say(`bound ${megabytes(bound.totalBytes)}, peak ${megabytes(course.peakBytes)}`);
  context.say(describeCourse(watched.memory));
  violations.push(...watched.violations);
  if (course.peakBytes > bound.totalBytes)
    violations.push(`Redis took ${course.peakBytes} bytes, the bound is ${Math.round(bound.totalBytes)}`);
  // A short run is over before the heap has found its size.
  if (!context.isShort && watched.memory !== undefined) violations.push(...flatViolations(watched.memory));
  return { topic, redis, tally, behindMs, violations };
}
