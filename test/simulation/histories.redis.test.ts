/** A short run of `npm run histories`, on a Redis of its own: histories flush scripts and fill memory, which others would feel. */
import { Redis } from 'ioredis';
import { type RedisServer, startStandalone } from '../support/redis-servers';
import { drawHistory } from './draw-history';
import { playHistories } from './play-histories';
import { playHistory } from './play-history';
import { storedCells } from './stored-cells';

jest.setTimeout(600_000);

let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  server = await startStandalone();
  redis = new Redis(server.url);
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test('after each of a hundred histories the store is what the model says', async () => {
  const { failed, cells } = await playHistories(redis, { seed: 1, count: 100 });

  expect(failed).toBeUndefined();
  expect(cells).toBeGreaterThan(10_000);
});

test('the same seed gives the same history, and leaves the same store', async () => {
  const history = drawHistory(7);
  await playHistory(redis, history);
  const first = await storedCells(redis);

  await playHistory(redis, drawHistory(7));

  expect(drawHistory(7)).toEqual(history);
  expect(first.size).toBeGreaterThan(50);
  expect(await storedCells(redis)).toEqual(first);
});
