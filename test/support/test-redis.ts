/** The Redis of the test run, and a topic of each test's own, so that tests leave one another alone. */
import { randomUUID } from 'node:crypto';
import { connectRedis, type RedisClient } from '../../pipeline/store/redis-client';

export function testRedisUrl(): string {
  const url = process.env.TEST_REDIS_URL;
  if (!url) throw new Error('TEST_REDIS_URL is not set: run the tests with npm test');
  return url;
}

export function connectTestRedis(): RedisClient {
  return connectRedis(testRedisUrl());
}

export function ownTopic(): string {
  return `test-${randomUUID()}`;
}
