/** Kafka is killed and started again; Kafka hangs with all its connections open. */
import { IN_MEMORY, RedisServer } from '../redis-server';
import {
  between,
  type Scenario,
  type ScenarioContext,
  type ScenarioResult,
  sizeOf,
  sleep,
} from '../scenario';
import { Stage } from '../stage';
import { finish } from '../verdict';

const kills = { short: 1, whole: 5 };
const upMs = { min: 2_000, max: 8_000 };
const downMs = { min: 200, max: 4_000 };
const pausedMs = { short: 8_000, whole: 30_000 };

async function openStage(context: ScenarioContext): Promise<Stage> {
  const redis = await RedisServer.start(context, IN_MEMORY);
  const stage = await Stage.open(context, { redisUrl: redis.url });
  await stage.play();
  return stage;
}

async function kill(context: ScenarioContext): Promise<ScenarioResult> {
  const { kafka, random, onEnd } = context;
  const stage = await openStage(context);
  onEnd(() => kafka.restart());
  for (let i = 1; i <= sizeOf(kills, context); i += 1) {
    await sleep(between(random, upMs.min, upMs.max));
    await kafka.kill();
    await sleep(between(random, downMs.min, downMs.max));
    await kafka.restart();
  }
  return finish(stage);
}

async function pause(context: ScenarioContext): Promise<ScenarioResult> {
  const { kafka, random, onEnd } = context;
  const stage = await openStage(context);
  onEnd(async () => kafka.resume());
  await sleep(between(random, upMs.min, upMs.max));
  kafka.pause();
  await sleep(sizeOf(pausedMs, context));
  kafka.resume();
  return finish(stage);
}

export const killKafka: Scenario = {
  name: 'kafka-kill',
  about: 'kill -9 of Kafka, started again, 5 times',
  run: kill,
};

export const pauseKafka: Scenario = {
  name: 'kafka-pause',
  about: 'Kafka hangs for 30 s (SIGSTOP), its connections open',
  run: pause,
};
