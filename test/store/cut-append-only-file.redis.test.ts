/**
 * A machine that loses its power may cut the append-only file in the middle of a script's writes. Redis does not apply them, but keeps
 * their beginning in the file; the next script's writes then stand behind it in the same transaction, and at the next start both are
 * applied (https://github.com/valkey-io/valkey/pull/4342): a run is counted, in part, on top of itself. The shard must say so.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ShardId, shardTag, stateKey } from '../../pipeline/store/keys';
import { connectRedis, type RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { commitAll, views } from '../support/build-roll-up';
import { type RedisServer, startStandalone } from '../support/redis-servers';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'clickstream-aof-'));
const file = (): string => {
  const name = readdirSync(join(folder, 'appendonlydir')).find((held) => held.endsWith('.incr.aof'));
  return join(folder, 'appendonlydir', name as string);
};
const size = (): number => readFileSync(file()).length;
/** Every so many writes one is cut off: a start of the server takes its time. */
const step = 7;
let server: RedisServer;
let redis: RedisClient;
let store: RedisCommitStore;

beforeAll(async () => {
  const args = ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'];
  server = await startStandalone({ args });
  redis = connectRedis(server.url);
  store = new RedisCommitStore(redis);
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function killAndStart(): Promise<void> {
  await server.kill();
  await server.restart();
}

/** Where each of a script's writes begins in the file, between the two sizes. */
function writesBetween(from: number, to: number): number[] {
  const text = readFileSync(file()).toString('latin1');
  return Array.from(text.matchAll(/\*\d+\r\n\$\d+\r\n[A-Z]+\r\n/g), ({ index }) => index).filter(
    (at) => at > from && at < to,
  );
}

test('wherever a script was cut off, the shard is whole or says that it is torn', async () => {
  const found: string[] = [];
  let cuts = 1;
  for (let cut = 0; cut < cuts; cut += step) {
    // Prepare: a run whose writes are cut off before write `cut`, with a byte of it left.
    const shard: ShardId = { topic: `cut-${cut}`, generation: 1, partition: 0 };
    await commitAll(store, shard, views(0, 2));
    const before = size();
    await commitAll(store, shard, views(2, 3));
    const writes = writesBetween(before, size());
    cuts = writes.length;
    await server.kill();
    truncateSync(file(), (writes[cut] as number) + 1);
    await server.restart();

    // Act: delivered again, it is counted; the next start reads the file.
    expect(await commitAll(store, shard, views(2, 3))).toEqual({ kind: 'applied', next: 5 });
    await killAndStart();
    const outcome = await commitAll(store, shard, views(5, 1));

    // Assess.
    const state = await redis.hgetall(stateKey(shardTag(shard)));
    const held = await redis.hget(`${shardTag(shard)}:all:demo`, 'views');
    if (outcome.kind === 'torn') found.push('torn');
    else if (state.counted === '6' && held === '6') found.push('whole');
    else found.push(`cut ${cut}: ${outcome.kind}, ${held} views`);
  }
  expect(cuts).toBeGreaterThan(20);
  expect(found.filter((verdict) => verdict !== 'torn' && verdict !== 'whole')).toEqual([]);
  expect(found).toContain('torn');
});
