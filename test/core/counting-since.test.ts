import { countingSince } from '../../pipeline/core/counting-since';
import { shardState } from '../support/build-shard-state';

test('partitions that lack nothing count since the first record of any, however late the others began', () => {
  const shards = [shardState({ startedAtMs: 1_000 }), shardState({ partition: 1, startedAtMs: 9_000 })];

  expect(countingSince(shards)).toEqual({ wholeMs: 1_000, partlyMs: undefined });
});

test('with one whose past is not counted, numbers are whole since that one counts, and in part before', () => {
  const shards = [
    shardState({ startedAtMs: 1_000 }),
    shardState({ partition: 1, startedAtMs: 9_000, start: 70 }),
    shardState({ partition: 2, startedAtMs: 4_000, start: 5 }),
  ];

  expect(countingSince(shards)).toEqual({ wholeMs: 9_000, partlyMs: 1_000 });
});

test('where all began above the start of the log, the last of them says', () => {
  const shards = [
    shardState({ startedAtMs: 3_000, start: 7 }),
    shardState({ partition: 1, startedAtMs: 3_500, start: 9 }),
  ];

  expect(countingSince(shards)).toEqual({ wholeMs: 3_500, partlyMs: 3_000 });
  expect(countingSince(shards.slice(0, 1))).toEqual({ wholeMs: 3_000, partlyMs: undefined });
});

test('a partition that the store has lost leaves nothing whole', () => {
  const lost = shardState({ partition: 1, next: 0, waitingFrom: 40 });

  expect(countingSince([shardState({ startedAtMs: 1_000 }), lost])).toEqual({
    wholeMs: undefined,
    partlyMs: 1_000,
  });
});

test('nothing is counted: nobody knows', () => {
  expect(countingSince([])).toEqual({ wholeMs: undefined, partlyMs: undefined });
});
