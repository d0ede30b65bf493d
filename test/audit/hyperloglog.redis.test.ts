import { differingRegisters, readRegisters } from '../../audit/hyperloglog';
import { Scratch } from '../../audit/scratch';
import { connectTestRedis, ownTopic } from '../support/test-redis';

const redis = connectTestRedis();
const topic = ownTopic();

afterAll(() => {
  redis.disconnect();
});

function digests(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i * 7_919 + 13);
}

async function registersOf(elements: readonly number[]): Promise<Uint8Array> {
  const { registers } = await new Scratch(redis, topic).feed(elements);
  return readRegisters(registers) as Uint8Array;
}

test.each([1, 3, 400, 2_500, 30_000])(
  'registers of %d visitors do not depend on the order',
  async (count) => {
    const inOrder = await registersOf(digests(count));
    const backwards = await registersOf(digests(count).reverse());

    expect(differingRegisters(inOrder, backwards)).toBe(0);
    expect(inOrder.filter((value) => value > 0).length).toBeGreaterThan(0);
  },
);

test('the sparse and the dense form of the same visitors have the same registers', async () => {
  const key = `hll-${topic}`;
  await redis.pfadd(key, ...digests(300));
  const before = (await redis.getBuffer(key)) as Buffer;
  await redis.call('PFDEBUG', 'TODENSE', key);
  const after = (await redis.getBuffer(key)) as Buffer;
  await redis.del(key);

  expect([before[4], after[4]]).toEqual([1, 0]);
  expect(differingRegisters(readRegisters(before) as Uint8Array, readRegisters(after) as Uint8Array)).toBe(0);
});

test('one visitor more shows', async () => {
  const few = await registersOf(digests(300));
  const more = await registersOf([...digests(300), 1, 2]);

  expect(differingRegisters(few, more)).toBeGreaterThan(0);
});

test('nothing is left behind', async () => {
  await registersOf(digests(10));
  expect(await redis.keys(`{clickstream-audit:${topic}*`)).toEqual([]);
});
