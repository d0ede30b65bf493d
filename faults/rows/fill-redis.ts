/**
 * Redis has no memory left, again and again, by a limit that lies just above what it holds. Under `noeviction` it refuses; under
 * `volatile-lru` it may evict keys with a TTL alone, and no key that counts has one: so it refuses as well. The refusal must be said.
 */
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
import { finish } from '../verdict';

const times = { short: 1, whole: 5 };
const spareBytes = { min: 0, max: 300_000 };
const fullMs = { short: 6_000, whole: 10_000 };
const fullWithinMs = 60_000;
const pauseMs = { min: 1_000, max: 4_000 };

function infoNumber(info: string, field: string): number {
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN);
}

function filling(policy: string) {
  return async (context: ScenarioContext): Promise<ScenarioResult> => {
    const server = await RedisServer.start(context, { ...IN_MEMORY, 'maxmemory-policy': policy });
    let refusals = 0;
    const stage = await Stage.open(context, {
      redisUrl: server.url,
      onEventSourceLine: (line) => {
        if (line.includes('OOM')) refusals += 1;
      },
    });
    const { redis } = stage.shards;
    const violations: string[] = [];
    await stage.play();
    for (let i = 1; i <= sizeOf(times, context); i += 1) {
      await sleep(between(context.random, pauseMs.min, pauseMs.max));
      const used = infoNumber(await redis.info('memory'), 'used_memory');
      refusals = 0;
      await redis.config(
        'SET',
        'maxmemory',
        Math.floor(used + between(context.random, spareBytes.min, spareBytes.max)),
      );
      await until('the event source says that Redis is out of memory', fullWithinMs, () => refusals > 0);
      await sleep(sizeOf(fullMs, context));
      if (stage.page.said === 'live') violations.push('Redis was full, and the page said "live"');
      await redis.config('SET', 'maxmemory', 0);
      await until('the page is live again', fullWithinMs, () => stage.page.said === 'live');
    }
    const info = await redis.info();
    const [evicted, expiring] = [infoNumber(info, 'evicted_keys'), /expires=([1-9]\d*)/.exec(info)?.[1]];
    if (evicted !== 0) violations.push(`${evicted} keys were evicted`);
    if (expiring !== undefined) violations.push(`${expiring} keys have a TTL: they might be evicted`);
    return finish(stage, { violations });
  };
}

export const fillNoEviction: Scenario = {
  name: 'redis-full',
  about: 'Redis at maxmemory under noeviction, 5 times: it refuses, and that is said',
  run: filling('noeviction'),
};

export const fillVolatileLru: Scenario = {
  name: 'redis-full-lru',
  about: 'the same under volatile-lru: nothing that counts may be evicted',
  run: filling('volatile-lru'),
};
