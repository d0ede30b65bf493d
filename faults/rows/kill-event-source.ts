/** Event sources are killed again and again: while they start, join, count and commit. What was in flight is delivered again. */
import { SETTING } from '../../pipeline/settings';
import { IN_MEMORY, RedisServer } from '../redis-server';
import {
  type Scenario,
  type ScenarioContext,
  type ScenarioResult,
  type Sized,
  sizeOf,
  sleep,
  until,
} from '../scenario';
import { Stage } from '../stage';
import { finish } from '../verdict';

/** One in so many dies while it starts and joins; the others after they have begun to count, however long that takes. */
const youngShare = 0.25;
const youngMsMax = 1_500;
const countingMsMax = { short: 500, whole: 2_000 };
const countsWithinMs = 60_000;
/** Of several members, one in so many leaves the group in order and comes back: a rebalance without a death. */
const inOrderShare = 0.25;
const sayEvery = 10;

/** Batches that are always under way: a kill between the commit in Redis and the one in Kafka is then no rarity. */
const eventSourceEnv = { [SETTING.BATCH_WINDOW_MS]: '0' };

/** Records that are counted, and that the group will be given again. */
async function countedAhead(stage: Stage): Promise<number> {
  const [offsets, nexts] = [await stage.groupOffsets(), await stage.nexts()];
  return nexts.reduce((sum, next, partition) => sum + Math.max(0, next - (offsets[partition] ?? 0)), 0);
}

async function untilKill(stage: Stage, context: ScenarioContext): Promise<void> {
  const { random } = context;
  if (random() < youngShare) {
    await sleep(random() * youngMsMax);
    return;
  }
  const before = await stage.nexts();
  await until('the event source counts', countsWithinMs, async () =>
    (await stage.nexts()).some((next, partition) => next > (before[partition] ?? 0)),
  );
  await sleep(random() * sizeOf(countingMsMax, context));
}

async function killAndStart(stage: Stage, context: ScenarioContext, times: number): Promise<string[]> {
  const { eventSources } = stage;
  let kills = 0;
  let records = 0;
  for (let i = 1; i <= times; i += 1) {
    await untilKill(stage, context);
    const eventSource = eventSources[Math.floor(context.random() * eventSources.length)];
    const isInOrder = eventSources.length > 1 && context.random() < inOrderShare;
    await (isInOrder ? eventSource?.stop() : eventSource?.kill());
    const ahead = eventSources.length === 1 ? await countedAhead(stage) : 0;
    if (ahead > 0) kills += 1;
    records += ahead;
    eventSource?.start();
    if (i % sayEvery === 0) context.say(`killed ${i} of ${times} times`);
  }
  if (eventSources.length > 1) return [];
  context.say(`${kills} kills between the commits in Redis and in Kafka, ${records} records delivered again`);
  return kills > 0 || context.isShort ? [] : ['no record was delivered again: the row proves nothing'];
}

function killing(eventSources: number, times: Sized) {
  return async (context: ScenarioContext): Promise<ScenarioResult> => {
    const redis = await RedisServer.start(context, IN_MEMORY);
    const stage = await Stage.open(context, { redisUrl: redis.url, eventSources, eventSourceEnv });
    await stage.play();
    const violations = await killAndStart(stage, context, sizeOf(times, context));
    return finish(stage, { violations });
  };
}

export const killEventSource: Scenario = {
  name: 'event-source-kill',
  about: 'kill -9 of the event source at random moments, 100 times',
  run: killing(1, { short: 10, whole: 100 }),
};

export const killOneOfTwo: Scenario = {
  name: 'event-source-two',
  about: 'two event sources in one group, one of them killed or stopped at random, 40 times',
  run: killing(2, { short: 5, whole: 40 }),
};

export const killOneOfThree: Scenario = {
  name: 'event-source-three',
  about: 'three event sources in one group, one of them killed or stopped at random, 40 times',
  run: killing(3, { short: 5, whole: 40 }),
};
