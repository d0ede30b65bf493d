/**
 * What the user of the cache may do: the commands that the pipeline issues, by itself and inside its scripts, on the keys of its
 * topic, and nothing else. test/store/cache-access.kafka.test.ts counts, reads, rebuilds and audits as such a user.
 */

const COMMANDS: Readonly<Record<string, string>> = {
  connecting: 'info client|setinfo cluster|slots cluster|info',
  scripts: 'eval evalsha',
  transactions: 'multi exec',
  keys: 'del exists scan type unlink',
  'registers of visitors, leases': 'get getrange set pfadd pfcount',
  'counts and state': 'hdel hexists hget hgetall hincrby hmget hset',
  'lists of rejects': 'lpush lrange ltrim rpush',
  'visitors, marks, sites': 'sadd scard smembers smismember sunion',
  'last seen, feed, what is due':
    'zadd zcard zcount zrange zrangebyscore zrem zremrangebyrank zremrangebyscore zrevrange',
  // Of keys that are nobody's counts: those in which the audit feeds HyperLogLogs of its own.
  'scratch of the audit': 'expire',
};

export const CACHE_COMMANDS: readonly string[] = Object.values(COMMANDS).flatMap((names) => names.split(' '));

/** Keys of shards, keys of the topic, and the audit's own; pipeline/store/keys.ts and audit/scratch.ts make them. */
function keyPatterns(topic: string): readonly string[] {
  return [`{${topic}.*`, `{${topic}}*`, `{clickstream-audit:${topic}:*`];
}

/** As ElastiCache and `ACL SETUSER` take it. */
export function cacheAccess(topic: string): string {
  const keys = keyPatterns(topic).map((pattern) => `~${pattern}`);
  const commands = CACHE_COMMANDS.map((command) => `+${command}`);
  return ['on', ...keys, '-@all', ...commands].join(' ');
}
