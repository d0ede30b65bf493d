/** A short run of `npm run histories`, on a Redis of its own: histories flush scripts and fill memory, which others would feel. */
import { Redis } from 'ioredis';
import { type RedisServer, startStandalone } from '../support/redis-servers';
import { drawHistory, type History } from './draw-history';
import { searchSmallSpace } from './exhaustive/search';
import type { Mutant } from './mutants/mutant';
import { MUTANTS } from './mutants/mutants';
import type { DrawnWrite, Operation } from './operation';
import { playHistories } from './play-histories';
import { playHistory } from './play-history';
import { storedCells } from './stored-cells';

jest.setTimeout(600_000);

const heartbeat: DrawnWrite = { stepMs: 0, record: { kind: 'heartbeat' }, placedBy: 0 };

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

/** A rebuild whose closing and switch a fail-over loses, and not the shard that was switched to: a process still has that in mind. */
const lostSwitch: History = {
  ...drawHistory(7),
  options: { ...drawHistory(7).options, partitions: 1, bounds: undefined },
  operations: [
    ...[1, 2].map((): Operation => ({ kind: 'produce', writes: [heartbeat] })),
    { kind: 'deliver', pick: 0, size: 1 },
    { kind: 'rebuild', pick: 0 },
    // It changes nothing, but sends the process to the new generation.
    { kind: 'duplicate', pick: 0, back: 1, size: 1 },
    // The switch, the closing, and the opening of the new one before it.
    { kind: 'fail over', pick: undefined, lostCommits: 3 },
    { kind: 'deliver', pick: 0, size: 1 },
  ],
};

/** Two invocations have a record in common, and the one that holds more of them commits last: `steps` of its calls were answered before. */
function race(steps: number): History {
  const twoBeats: Operation = { kind: 'produce', writes: [heartbeat, heartbeat] };
  return {
    ...lostSwitch,
    operations: [
      ...[twoBeats, twoBeats],
      { kind: 'deliver', pick: 0, size: 2 },
      { kind: 'begin', pick: 0, size: 2, ahead: false },
      { kind: 'step', pick: 0, steps, end: 'answered' },
      { kind: 'deliver', pick: 0, size: 1 },
      { kind: 'finish', pick: 0 },
    ],
  };
}

/** What random histories seldom do. */
async function caughtByRaces(mutant: Mutant): Promise<readonly string[] | undefined> {
  for (let steps = 1; steps <= 6; steps++) {
    const { failures } = await playHistory(redis, race(steps), mutant);
    if (failures.length > 0) return failures;
  }
  return undefined;
}

test('a process finds back from a shard that a fail-over has left unread', async () => {
  const { failures } = await playHistory(redis, lostSwitch);

  expect(failures).toEqual([]);
});

test('a small space is searched whole, and nothing is wrong in it', async () => {
  const { states, storeStates, failure } = await searchSmallSpace(redis, { batches: 3, failOvers: 1 });

  expect(failure).toBeUndefined();
  // Empty, made by repair, and one for each record: however they came there.
  expect(storeStates).toBe(5);
  expect(states).toBeGreaterThan(1_000);
});

test.each(MUTANTS)('a product that is broken is caught: $name', async (mutant) => {
  const { failure } = await searchSmallSpace(redis, { batches: 2, failOvers: 1 }, mutant);
  const { failed } =
    failure === undefined
      ? await playHistories(redis, { seed: mutant.seed, count: 8 }, mutant)
      : { failed: undefined };

  expect(failure ?? failed ?? (await caughtByRaces(mutant))).toBeDefined();
});
