/**
 * Fail-over that loses writes: the link to the replica is cut, the primary goes on taking commits, dies, and the replica, which has
 * never heard of them, takes its place at the same address. The store is then back at an earlier offset, and says so by `behind`.
 */

import { connectRedis } from '../../pipeline/store/redis-client';
import { IN_MEMORY, RedisServer } from '../redis-server';
import {
  between,
  type Scenario,
  type ScenarioContext,
  type ScenarioResult,
  sizeOf,
  sleep,
  until,
} from '../scenario';
import { Stage } from '../stage';
import { TcpProxy } from '../tcp-proxy';
import { finish } from '../verdict';

const times = { short: 1, whole: 4 };
/** Commits that the replica will never see. */
const unseenMs = { min: 1_000, max: 4_000 };
const syncWithinMs = 30_000;

async function ask<T>(
  server: RedisServer,
  question: (redis: ReturnType<typeof connectRedis>) => Promise<T>,
): Promise<T> {
  const redis = connectRedis(server.url);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

/** A fresh server follows the primary through a proxy of its own. */
async function follow(
  context: ScenarioContext,
  primary: RedisServer,
  name: string,
): Promise<[RedisServer, TcpProxy]> {
  const link = await TcpProxy.listen(0, primary.port);
  context.onEnd(() => link.close());
  const replica = await RedisServer.start(context, IN_MEMORY, name);
  await ask(replica, (redis) => redis.call('REPLICAOF', '127.0.0.1', link.port));
  await until('the replica is in step', syncWithinMs, async () =>
    (await ask(replica, (redis) => redis.info('replication'))).includes('master_link_status:up'),
  );
  return [replica, link];
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  let primary = await RedisServer.start(context, IN_MEMORY);
  const front = await TcpProxy.listen(0, primary.port);
  context.onEnd(() => front.close());
  const stage = await Stage.open(context, { redisUrl: `redis://127.0.0.1:${front.port}` });
  await stage.play();
  const violations: string[] = [];
  for (let i = 1; i <= sizeOf(times, context); i += 1) {
    const [replica, link] = await follow(context, primary, `redis-${i + 1}`);
    await sleep(between(context.random, unseenMs.min, unseenMs.max));
    link.block();
    await sleep(between(context.random, unseenMs.min, unseenMs.max));
    const before = await stage.nexts();
    await primary.kill();
    await ask(replica, (redis) => redis.call('REPLICAOF', 'NO', 'ONE'));
    front.leadTo(replica.port);
    const after = await stage.nexts();
    if (after.every((next, partition) => next >= (before[partition] ?? 0)))
      violations.push(`fail-over ${i} lost no write: the row proves nothing`);
    primary = replica;
    await until('the page is live again', syncWithinMs, () => stage.page.said === 'live');
  }
  return finish(stage, { violations });
}

export const promoteReplica: Scenario = {
  name: 'redis-promote',
  about: 'a replica that missed the last writes is promoted, 4 times',
  run,
};
