/**
 * The topic is deleted and made anew while everything runs: the offsets begin again at 0, and what is counted are records that no log
 * has any more. Going on would drop new records as counted ones, or count them on top of others: so each partition must stop, loudly,
 * within 30 s. A person then decides; the row runs `npm run rebuild`, and the numbers must be those of the new log alone.
 */
import { ensureTopic } from '../../pipeline/stream/topics';
import { IN_MEMORY, RedisServer } from '../redis-server';
import { type Scenario, type ScenarioContext, type ScenarioResult, sizeOf, sleep, until } from '../scenario';
import { partitions, Stage } from '../stage';
import { finish } from '../verdict';

const countedMs = { short: 2_000, whole: 10_000 };
const deletedWithinMs = 30_000;
const saidWithinMs = 30_000;
/** A stopped partition must stay where it is. */
const watchedMs = 3_000;

async function remake(stage: Stage): Promise<void> {
  const { admin, topic, context } = stage;
  await admin.deleteTopics({ topics: [topic] });
  await until('the topic is gone', deletedWithinMs, async () => !(await admin.listTopics()).includes(topic));
  await ensureTopic(context.kafka.client('clickstream-faults'), { topic, partitions });
}

async function areAllStopped({ page }: Stage): Promise<boolean> {
  const states = (await page.read())?.stopped.map(({ state }) => String(state)) ?? [];
  return states.filter((state) => state === 'wrong_log').length === partitions;
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const redis = await RedisServer.start(context, IN_MEMORY);
  const stage = await Stage.open(context, { redisUrl: redis.url });
  const violations: string[] = [];
  await stage.play();
  await sleep(sizeOf(countedMs, context));
  const olds = (await stage.bounds()).map(({ high }) => high);
  await remake(stage);
  const madeMs = performance.now();
  await until('the page says wrong_log of every partition', saidWithinMs, () => areAllStopped(stage));
  context.say(`every partition has stopped after ${((performance.now() - madeMs) / 1_000).toFixed(1)} s`);
  const nexts = await stage.nexts();
  await sleep(watchedMs);
  if (stage.page.said === 'live') violations.push('nothing was counted, and the page said "live"');
  for (const [partition, next] of (await stage.nexts()).entries()) {
    if (next !== nexts[partition])
      violations.push(`partition ${partition} was counted further after it had stopped`);
  }
  context.say(`${olds.reduce((sum, old) => sum + old, 0)} records of the old log are gone`);
  const code = await stage.runToEnd('local/rebuild.ts', 'rebuild');
  if (code !== 0) violations.push(`npm run rebuild ended with exit code ${code}`);
  return finish(stage, { violations, hasNewLog: true });
}

export const remakeTopic: Scenario = {
  name: 'topic-remade',
  about: 'the topic is deleted and made anew: all stops within 30 s, and is right after npm run rebuild',
  run,
};
