/**
 * Redis is killed: with its append-only file, of which every second kill also cuts the end off, as a machine that loses its power
 * would (what is synced every second may lack the last second); and without any persistence, so that it comes back empty.
 */
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { APPEND_ONLY, IN_MEMORY, RedisServer, type RedisSettings } from '../redis-server';
import {
  between,
  type Scenario,
  type ScenarioContext,
  ScenarioError,
  type ScenarioResult,
  type Sized,
  sizeOf,
  sleep,
} from '../scenario';
import { Stage } from '../stage';
import { finish } from '../verdict';

const upMsMin = 1_000;
const upMsMax = { short: 3_000, whole: 8_000 };
const downMs = { min: 200, max: 3_000 };
/** About what a second of the load writes. */
const cutBytes = { min: 1, max: 500_000 };

const endOfScript = '*1\r\n$4\r\nEXEC\r\n';

/** The file that is being appended to; older ones are complete. */
function appendedFile({ dataFolder }: RedisServer): string {
  const folder = join(dataFolder, 'appendonlydir');
  const newest = readdirSync(folder)
    .filter((name) => name.endsWith('.incr.aof'))
    .sort()
    .at(-1);
  if (newest === undefined) throw new ScenarioError(`${folder} has no append-only file`);
  return join(folder, newest);
}

/**
 * Behind a whole script's writes, as `redis-check-aof --fix` would leave the file. Redis itself, cut in the middle of them, keeps the
 * beginning of the transaction in its file, and applies it at the next but one start: https://github.com/valkey-io/valkey/pull/4342.
 */
function cutEnd(redis: RedisServer, bytes: number): void {
  const file = appendedFile(redis);
  const written = readFileSync(file);
  const last = written.lastIndexOf(endOfScript, Math.max(0, written.length - Math.floor(bytes)));
  if (last < 0)
    throw new ScenarioError(`${file} holds no whole script ${Math.floor(bytes)} bytes before its end`);
  truncateSync(file, last + endOfScript.length);
}

function killing(settings: RedisSettings, times: Sized) {
  return async (context: ScenarioContext): Promise<ScenarioResult> => {
    const { random } = context;
    const redis = await RedisServer.start(context, settings);
    const stage = await Stage.open(context, { redisUrl: redis.url });
    await stage.play();
    for (let i = 1; i <= sizeOf(times, context); i += 1) {
      await sleep(between(random, upMsMin, sizeOf(upMsMax, context)));
      await redis.kill();
      if (settings === APPEND_ONLY && i % 2 === 0) cutEnd(redis, between(random, cutBytes.min, cutBytes.max));
      await sleep(between(random, downMs.min, downMs.max));
      await redis.restart();
    }
    return finish(stage);
  };
}

export const killRedis: Scenario = {
  name: 'redis-kill',
  about: 'kill -9 of Redis with AOF everysec, 10 times; every second time the end of the file is gone, too',
  run: killing(APPEND_ONLY, { short: 2, whole: 10 }),
};

export const killEmptyRedis: Scenario = {
  name: 'redis-kill-empty',
  about: 'kill -9 of Redis without persistence, 4 times: it comes back empty, all is counted again',
  run: killing(IN_MEMORY, { short: 1, whole: 4 }),
};
