/** The event source is killed again and again: while it starts, joins, counts and commits. */

import { IN_MEMORY, RedisServer } from '../redis-server';
import { type Scenario, type ScenarioContext, type ScenarioResult, sleep } from '../scenario';
import { Stage } from '../stage';
import { finish } from '../verdict';

const kills = { short: 10, whole: 100 } as const;
/** Its life before the next kill: from its first moments to long after it has begun to count. */
const lifeMsMax = 4_000;

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const redis = await RedisServer.start({ ...context, name: 'redis', settings: IN_MEMORY });
  context.onEnd(() => redis.stop());
  const stage = await Stage.open(context, { redisUrl: redis.url });
  await stage.play();
  const [eventSource] = stage.eventSources;
  const count = kills[context.isShort ? 'short' : 'whole'];
  for (let i = 1; i <= count; i += 1) {
    await sleep(context.random() * lifeMsMax);
    await eventSource?.kill();
    eventSource?.start();
    if (i % 10 === 0) context.say(`killed ${i} of ${count} times`);
  }
  return finish(stage);
}

export const killEventSource: Scenario = {
  name: 'kill-event-source',
  about: `kill -9 of the event source at random moments, ${kills.whole} times`,
  run,
};
