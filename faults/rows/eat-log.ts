/**
 * Retention takes records that were never counted: the event source is away, and the log's start moves beyond what it had counted. Those
 * are lost, and told to the unit; what was counted before, or is still there, is not. The row's own writer knows at which offset each
 * view lies, so that the views that must be counted are known without counting.
 */
import { IN_MEMORY, RedisServer } from '../redis-server';
import { type Scenario, type ScenarioContext, type ScenarioResult, sizeOf, sleep, until } from '../scenario';
import { partitions, Stage, site } from '../stage';
import { finish } from '../verdict';
import { ViewWriter } from '../view-writer';

const viewsPerSecond = 400;
const times = { short: 1, whole: 3 };
const awayMs = { short: 3_000, whole: 8_000 };
/** A commit that was under way when the event source died has ended by now. */
const settledMs = 1_000;
const liveWithinMs = 60_000;

/** Where each partition's log is to begin: partition 0 loses nothing that is not counted, the last one all that it has. */
function drawStarts(
  { random }: ScenarioContext,
  nexts: readonly number[],
  highs: readonly number[],
): readonly number[] {
  return highs.map((high, partition) => {
    const next = nexts[partition] ?? 0;
    if (partition === 0) return Math.floor(next * random());
    return partition === partitions - 1 ? high : next + Math.floor((high - next) * random());
  });
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const redis = await RedisServer.start(context, IN_MEMORY);
  // Of the producer only the heartbeats.
  const stage = await Stage.open(context, { redisUrl: redis.url, rate: 0 });
  const writer = new ViewWriter({
    kafka: context.kafka.client('clickstream-faults-writer'),
    topic: stage.topic,
    partitions,
    site,
    perSecond: viewsPerSecond,
    random: context.random,
  });
  const [eventSource] = stage.eventSources;
  const lost = Array.from({ length: partitions }, () => 0);
  let lostViews = 0;
  await stage.play();
  context.onEnd(() => writer.end().catch(() => undefined));
  await writer.start();
  for (let i = 1; i <= sizeOf(times, context); i += 1) {
    await sleep(sizeOf(awayMs, context));
    await eventSource?.kill();
    await sleep(settledMs);
    const nexts = await stage.nexts();
    await sleep(sizeOf(awayMs, context));
    const highs = (await stage.bounds()).map(({ high }) => high);
    const starts = drawStarts(context, nexts, highs);
    await stage.admin.deleteTopicRecords({
      topic: stage.topic,
      partitions: starts.map((offset, partition) => ({ partition, offset: String(offset) })),
    });
    for (const [partition, { low }] of (await stage.bounds()).entries()) {
      const next = nexts[partition] ?? 0;
      lost[partition] = (lost[partition] ?? 0) + Math.max(0, low - next);
      lostViews += writer.viewsBetween(partition, next, low);
    }
    eventSource?.start();
    await until('the page is live again', liveWithinMs, () => stage.page.said === 'live');
  }
  await writer.end();
  context.say(`${lost.join(', ')} records are lost, ${lostViews} of them views of ${writer.views}`);
  return finish(stage, { lost, views: writer.views - lostViews });
}

export const eatLog: Scenario = {
  name: 'log-eaten',
  about: 'retention takes records before they are counted, 3 times: each is told as lost',
  run,
};
