import { ConfigurationError } from '../../pipeline/settings';
import { connectRedis, parseRedisUrl, type RedisClient } from '../../pipeline/store/redis-client';
import { type RedisServer, startCluster, startStandalone } from '../support/redis-servers';

test.each([
  ['redis://localhost', { isCluster: false, isTls: false, nodes: [{ host: 'localhost', port: 6379 }] }],
  ['rediss://cache:7000/', { isCluster: false, isTls: true, nodes: [{ host: 'cache', port: 7000 }] }],
  [
    'redis+cluster://a:1,b:2',
    {
      isCluster: true,
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
    },
  ],
  ['rediss+cluster://u:p%40ss@[::1]:6380', { isCluster: true, isTls: true, username: 'u', password: 'p@ss' }],
])('%s is read', (url, expected) => {
  expect(parseRedisUrl(url)).toMatchObject(expected);
});

test.each([
  'localhost:6379',
  'http://localhost',
  'redis://',
  'redis://a,b',
  'redis://a:99999',
  'redis://u:secret@host:x',
])('%s is refused in one line that says what is allowed, without a password', (url) => {
  const read = () => parseRedisUrl(url);
  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(/^REDIS_URL: .*allowed: redis:\/\//);
  expect(read).not.toThrow(/secret/);
});

describe.each([
  ['a server', startStandalone],
  ['a cluster', startCluster],
])('%s that is away', (_, startServer) => {
  let server: RedisServer;
  let redis: RedisClient;
  let said: string[];

  beforeEach(async () => {
    server = await startServer();
    said = [];
    const log = (level: string, message: string) => said.push(`${level} ${message}`);
    redis = connectRedis(server.url, { commandTimeoutMs: 1_000, log });
    await redis.set('key', 'value');
  });
  afterEach(async () => {
    redis.disconnect();
    await server.stop();
  });

  test('answers no command for ever: each fails in time, and the connection comes back by itself', async () => {
    server.pause();
    await expect(redis.get('key')).rejects.toThrow(/timed out|closed/);
    server.resume();
    await expect(untilAnswered(redis)).resolves.toBe('value');
  });

  test('is said once when it goes and once when it is back', async () => {
    await server.kill();
    for (let attempt = 0; attempt < 3; attempt++) await expect(redis.get('key')).rejects.toThrow();
    await server.restart();
    await expect(untilAnswered(redis)).resolves.toBeNull();
    expect(said.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    expect(said.filter((line) => line === 'info Redis is back')).toHaveLength(1);
  });
});

async function untilAnswered(redis: RedisClient): Promise<string | null> {
  for (;;) {
    try {
      return await redis.get('key');
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
