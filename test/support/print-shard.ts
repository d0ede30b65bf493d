/** A shard as text: every key with its content, sorted, so that two shards can be compared and a difference can be read. */
import { type ShardId, shardTag } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';

async function keysOf(redis: RedisClient, tag: string): Promise<string[]> {
  const nodes = 'nodes' in redis ? redis.nodes('master') : [redis];
  const pattern = `${tag.replace(/[[\]?*\\]/g, '\\$&')}*`;
  const keys: string[] = [];
  for (const node of nodes) {
    let cursor = '0';
    do {
      const [next, found] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
      cursor = next;
      keys.push(...found);
    } while (cursor !== '0');
  }
  return [...new Set(keys)].sort();
}

function pairs(flat: readonly string[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < flat.length; i += 2) lines.push(`${JSON.stringify(flat[i])} ${flat[i + 1]}`);
  return lines;
}

async function contentOf(redis: RedisClient, key: string): Promise<string[]> {
  const type = await redis.type(key);
  if (type === 'hash')
    return Object.entries(await redis.hgetall(key))
      .map(([field, n]) => `${JSON.stringify(field)} ${n}`)
      .sort();
  if (type === 'set')
    return (await redis.smembersBuffer(key)).map((member) => member.toString('latin1')).sort();
  if (type === 'zset') return pairs(await redis.zrange(key, 0, -1, 'WITHSCORES'));
  if (type === 'list') return redis.lrange(key, 0, -1);
  // A HyperLogLog: its bytes depend on the order of insertion, its count does not.
  if (type === 'string')
    return [
      await redis.pfcount(key).then(
        (count) => `about ${count}`,
        () => 'no HyperLogLog',
      ),
    ];
  return [type];
}

/** Every key of the shard. Sets of marks are printed as hexadecimal digests. */
export async function printShard(redis: RedisClient, shard: ShardId): Promise<string> {
  const tag = shardTag(shard);
  const blocks: string[] = [];
  for (const key of await keysOf(redis, tag)) {
    const isMarks = key.startsWith(`${tag}:marks:`);
    const lines = await contentOf(redis, key);
    const shown = isMarks ? lines.map((line) => Buffer.from(line, 'latin1').toString('hex')).sort() : lines;
    blocks.push([key, ...shown.map((line) => `  ${line}`)].join('\n'));
  }
  return `${blocks.join('\n')}\n`;
}
