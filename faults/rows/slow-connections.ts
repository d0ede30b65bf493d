/** Between the programs and Kafka and Redis, connections are slow, thin, and are cut at random moments, also in the middle of a message. */

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
import { FAST, type Slowness, TcpProxy } from '../tcp-proxy';
import { finish } from '../verdict';

const rounds = { short: 8, whole: 60 };
const roundMs = { min: 200, max: 2_500 };
const latencyMs = { min: 0, max: 150 };
const bytesPerSecond = { min: 300_000, max: 5_000_000 };
const cutShare = 0.6;

function drawSlowness({ random }: ScenarioContext): Slowness {
  return {
    latencyMs: between(random, latencyMs.min, latencyMs.max),
    bytesPerSecond: between(random, bytesPerSecond.min, bytesPerSecond.max),
  };
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { kafka, random, onEnd } = context;
  const redis = await RedisServer.start(context, IN_MEMORY);
  const toRedis = await TcpProxy.listen(0, redis.port);
  onEnd(() => toRedis.close());
  const toKafka = await TcpProxy.listen(kafka.proxy.port, kafka.proxy.targetPort);
  onEnd(() => toKafka.close());
  const stage = await Stage.open(context, {
    redisUrl: redis.url,
    programsRedisUrl: `redis://127.0.0.1:${toRedis.port}`,
    programsKafka: kafka.proxy.viaProxy,
  });
  await stage.play();
  for (let i = 1; i <= sizeOf(rounds, context); i += 1) {
    const proxy = random() < 0.5 ? toRedis : toKafka;
    proxy.slow(drawSlowness(context));
    await sleep(between(random, roundMs.min, roundMs.max));
    if (random() < cutShare) proxy.cut();
  }
  for (const proxy of [toRedis, toKafka]) proxy.slow(FAST);
  return finish(stage);
}

export const slowConnections: Scenario = {
  name: 'slow-connections',
  about: 'connections to Kafka and Redis that are slow, thin, and cut at random, 60 times',
  run,
};
