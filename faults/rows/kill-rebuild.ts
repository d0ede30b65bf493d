/**
 * `npm run rebuild` is killed at every step that can be told from outside, and at random moments, and run again until it ends. Readers
 * must be switched in one step, whoever ends it (the rebuild that is run again, or repair): so before each rebuild the numbers of the old
 * generation are made far too large in all partitions but one, by as much in each. An answer of the page with some of that, and not
 * all or nothing, mixes generations. The log's head of the partition that is left is gone, so that its counts must be carried over.
 */
import { SETTING } from '../../pipeline/settings';
import { allTimeKey, COUNT, rebuildLeaseKey, shardTag } from '../../pipeline/store/keys';
import type { ControlledProcess } from '../controlled-process';
import { MixWatch } from '../mix-watch';
import { type RebuildStep, RebuildSteps } from '../rebuild-steps';
import { IN_MEMORY, RedisServer } from '../redis-server';
import { between, type Scenario, type ScenarioContext, type ScenarioResult, sleep, until } from '../scenario';
import { partitions, Stage, site } from '../stage';
import { finish } from '../verdict';
import { ViewWriter } from '../view-writer';

const viewsPerSecond = 400;
const countedFirst = { short: 2_000, whole: 8_000 };
const withinMs = 60_000;
/** Rebuilds, each killed at all of these, `random` as long after it has begun to count as is drawn. */
const rebuilds = { short: 1, whole: 4 };
const kills: Readonly<Record<'short' | 'whole', readonly (RebuildStep | 'random')[]>> = {
  short: ['counting', 'carrying', 'closing'],
  whole: ['counting', 'carrying', 'random', 'closing', 'random'],
};
/** Repair comes soon, to end a switch that nobody else ends. */
const eventSourceEnv = { [SETTING.REPAIR_EVERY_MS]: '2000' };
const randomMsMax = 400;
/** What is added to the views of each partition of an old generation but the first: more than any row writes. */
const planted = 1_000_000_000;
const runsMax = 40;

interface Played {
  readonly stage: Stage;
  readonly steps: RebuildSteps;
  readonly mixes: MixWatch;
}

function rebuildOf(stage: Stage, onLine: (line: string) => void, args: readonly string[]): ControlledProcess {
  return stage.context.programs.prepare({
    entry: 'local/rebuild.ts',
    name: 'rebuild',
    env: stage.env(),
    args,
    logFolder: stage.context.folder,
    onLine,
  });
}

/** Starts it, kills it when it is there, and answers at which step it was left. */
async function killAt({ stage, steps }: Played, wanted: RebuildStep | 'random'): Promise<RebuildStep> {
  const rebuild = rebuildOf(stage, () => undefined, ['--accept']);
  rebuild.start();
  const isThere = async (): Promise<boolean> => {
    const step = await steps.now();
    return step === wanted || (wanted === 'random' && step !== 'none');
  };
  // Without a pause: some steps last milliseconds.
  while (rebuild.isAlive() && !(await isThere()));
  if (wanted === 'random') await sleep(between(stage.context.random, 0, randomMsMax));
  await rebuild.kill();
  return steps.now();
}

/** A killed rebuild keeps others off for as long as its lease lasts, and no longer. */
async function untilLeaseIsOver({ stage }: Played): Promise<void> {
  const key = rebuildLeaseKey(stage.topic);
  const { redis } = stage.shards;
  // What a person would wait for: said once in a row, and then not waited for where time is short.
  if (stage.context.isShort) await redis.del(key);
  await until(
    'the lease of the killed rebuild is over',
    withinMs,
    async () => (await redis.exists(key)) === 0,
  );
}

/** Runs it until it ends in order: repair may be at the switch, and counting on, meanwhile. */
async function runToEnd(played: Played, args: readonly string[]): Promise<void> {
  const said: string[] = [];
  for (let run = 0; run < runsMax; run += 1) {
    const rebuild = rebuildOf(played.stage, (line) => said.push(line), args);
    rebuild.start();
    if ((await rebuild.untilEnded()) === 0) return;
    if (!said.at(-1)?.includes('another rebuild')) break;
    await sleep(1_000);
  }
  throw new Error(`npm run rebuild ${args.join(' ')} does not end in order: ${said.slice(-3).join(' | ')}`);
}

async function plant({ stage, steps, mixes }: Played): Promise<void> {
  mixes.beginPlanting();
  const { redis } = stage.shards;
  for (const shard of (await steps.counted()).slice(1))
    await redis.hincrby(allTimeKey(shardTag(shard), site), COUNT.views, planted);
  await until('the page has what was planted', withinMs, () => mixes.share === partitions - 1);
  mixes.begin();
}

async function eatHead(stage: Stage): Promise<void> {
  const next = (await stage.nexts())[0] ?? 0;
  // kafkajs deletes only of topics that the connection knows.
  await stage.bounds();
  const heads = [{ partition: 0, offset: String(Math.floor(next / 2)) }];
  await stage.admin.deleteTopicRecords({ topic: stage.topic, partitions: heads });
}

/** Answers at which steps it was left. `isForRepair`: a switch that was begun is not ended by a further run. */
async function rebuildKilled(played: Played, isForRepair: boolean): Promise<readonly RebuildStep[]> {
  const { stage, steps, mixes } = played;
  await eatHead(stage);
  await plant(played);
  const left: RebuildStep[] = [];
  for (const wanted of kills[stage.context.isShort ? 'short' : 'whole']) {
    const at = await killAt(played, wanted);
    left.push(at);
    await untilLeaseIsOver(played);
    if (at === 'closing' && isForRepair)
      await until('repair has ended the switch', withinMs, async () => (await steps.now()) === 'none');
  }
  // Where a kill came after the switch, this is a further rebuild, of what is right: then nothing differs.
  await runToEnd(played, ['--accept']);
  await until('the page has nothing of what was planted', withinMs, () => mixes.share === 0);
  return left;
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const redis = await RedisServer.start(context, IN_MEMORY);
  const stage = await Stage.open(context, { redisUrl: redis.url, rate: 0, eventSourceEnv });
  const kafka = context.kafka.client('clickstream-faults-writer');
  const writer = new ViewWriter({
    kafka,
    topic: stage.topic,
    partitions,
    site,
    perSecond: viewsPerSecond,
    random: context.random,
  });
  await stage.play();
  const mixes = new MixWatch(stage.page, planted, partitions - 1);
  context.onEnd(async () => {
    await mixes.end();
    await writer.end().catch(() => undefined);
  });
  await writer.start();
  const must = context.isShort ? countedFirst.short : countedFirst.whole;
  await until('enough is counted', withinMs, async () => (await stage.shards.views(site)) >= must);
  const played = { stage, mixes, steps: new RebuildSteps(stage.shards.redis, stage.topic, partitions) };
  const left: RebuildStep[] = [];
  for (let i = 0; i < (context.isShort ? rebuilds.short : rebuilds.whole); i += 1) {
    left.push(...(await rebuildKilled(played, i % 2 === 0)));
    context.say(`killed ${left.length} times, left at: ${left.join(', ')}`);
  }
  // Of numbers that nobody has changed, nothing may differ.
  await runToEnd(played, []);
  await mixes.end();
  await writer.end();
  const missed = (['counting', 'closing'] as const).filter((step) => !left.includes(step));
  const violations = missed.map((step) => `it was never left at "${step}": the row proves nothing`);
  return finish(stage, { views: writer.views, violations: [...violations, ...mixes.violations] });
}

export const killRebuild: Scenario = {
  name: 'rebuild-killed',
  about:
    'npm run rebuild is killed at each of its steps and run again, 20 times: no answer mixes two generations',
  run,
};
