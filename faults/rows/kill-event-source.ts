/** Event sources are killed again and again: while they start, join, count and commit. What was in flight is delivered again. */
import { IN_MEMORY, RedisServer } from '../redis-server';
import {
  type Scenario,
  type ScenarioContext,
  type ScenarioResult,
  type Sized,
  sizeOf,
  sleep,
} from '../scenario';
import { Stage } from '../stage';
import { finish } from '../verdict';

/** Life before the next kill: from its first moments to long after it has begun to count. */
const lifeMsMax = { short: 2_500, whole: 4_000 };
/** Of several members, one in so many leaves the group in order and comes back: a rebalance without a death. */
const inOrderShare = 0.25;
const sayEvery = 10;

async function killAndStart(stage: Stage, context: ScenarioContext, times: number): Promise<void> {
  const { eventSources } = stage;
  for (let i = 1; i <= times; i += 1) {
    await sleep(context.random() * sizeOf(lifeMsMax, context));
    const eventSource = eventSources[Math.floor(context.random() * eventSources.length)];
    const isInOrder = eventSources.length > 1 && context.random() < inOrderShare;
    await (isInOrder ? eventSource?.stop() : eventSource?.kill());
    eventSource?.start();
    if (i % sayEvery === 0) context.say(`killed ${i} of ${times} times`);
  }
}

function killing(eventSources: number, times: Sized) {
  return async (context: ScenarioContext): Promise<ScenarioResult> => {
    const redis = await RedisServer.start(context, IN_MEMORY);
    const stage = await Stage.open(context, { redisUrl: redis.url, eventSources });
    await stage.play();
    await killAndStart(stage, context, sizeOf(times, context));
    return finish(stage);
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
