import {
  decodeRegisters,
  estimateCount,
  HyperLogLogError,
  mergeRegisters,
} from '../../pipeline/core/hyperloglog';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { connectTestRedis, ownTopic } from '../support/test-redis';

let redis: RedisClient;
beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.quit());

async function feed(key: string, from: number, count: number): Promise<void> {
  for (let at = from; at < from + count; at += 1_000) {
    const values = Array.from({ length: Math.min(1_000, from + count - at) }, (_, i) => `visitor-${at + i}`);
    await redis.pfadd(key, ...values);
  }
}

async function read(key: string): Promise<Uint8Array> {
  const bytes = await redis.getBuffer(key);
  if (bytes === null) throw new Error(`${key} is missing`);
  return bytes;
}

const sparseForm = 1;
const denseForm = 0;

test.each([
  [0, sparseForm],
  [1, sparseForm],
  [7, sparseForm],
  [300, sparseForm],
  [2_000, denseForm],
  [16_384, denseForm],
  [60_000, denseForm],
  [250_000, denseForm],
])('%i values count as PFCOUNT counts them', async (count, form) => {
  const key = `{${ownTopic()}}:h`;
  await redis.pfadd(key);
  await feed(key, 0, count);

  const bytes = await read(key);

  expect(bytes[4]).toBe(form);
  expect(estimateCount(decodeRegisters(bytes))).toBe(await redis.pfcount(key));
});

test.each([
  ['sparse with sparse', 200, 300],
  ['sparse with dense', 200, 30_000],
  ['dense with dense', 20_000, 30_000],
])('the union of %s counts as PFCOUNT counts it', async (_, countOfA, countOfB) => {
  const tag = `{${ownTopic()}}`;
  const [a, b] = [`${tag}:a`, `${tag}:b`];
  await feed(a, 0, countOfA);
  await feed(b, countOfA / 2, countOfB);

  const union = mergeRegisters([await read(a), await read(b)].map(decodeRegisters));

  expect(estimateCount(union)).toBe(await redis.pfcount(a, b));
});

test('PFMERGE makes the same registers', async () => {
  const tag = `{${ownTopic()}}`;
  const [a, b, merged] = [`${tag}:a`, `${tag}:b`, `${tag}:merged`];
  await feed(a, 0, 900);
  await feed(b, 500, 5_000);
  await redis.pfmerge(merged, a, b);

  const union = mergeRegisters([await read(a), await read(b)].map(decodeRegisters));

  expect(union).toEqual(decodeRegisters(await read(merged)));
});

test('no registers are nobody', () => {
  expect(estimateCount(mergeRegisters([]))).toBe(0);
});

test.each([
  ['nothing', ''],
  ['a text', 'a text that is longer than a header'],
  ['an unknown form', 'HYLL\u0007'.padEnd(40, '\0')],
  ['dense registers that break off', 'HYLL\u0000'.padEnd(400, '\0')],
  ['sparse runs that break off', 'HYLL\u0001'.padEnd(16, '\0')],
])('%s is no HyperLogLog', (_, text) => {
  expect(() => decodeRegisters(Buffer.from(text, 'latin1'))).toThrow(HyperLogLogError);
});
