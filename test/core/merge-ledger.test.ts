import { earliest, latest, listStopped, mergeLedgers } from '../../pipeline/core/merge-ledger';
import { noneRejected, nothingStopped, shardState as state } from '../support/build-shard-state';

test('each term is the sum over shards, and the terms add up', () => {
  const ledger = mergeLedgers([state(), state({ partition: 1, empty: 7, lost: 8 })]);

  expect(ledger).toEqual({
    consumed: 200,
    counted: 180,
    bots: 8,
    heartbeats: 4,
    summaries: 2,
    duplicates: 4,
    rejected: { ...noneRejected, malformed_json: 2 },
    late: 10,
    skewed: 12,
    empty: 7,
    lost: 8,
    behind: 0,
    edge: { ...nothingStopped, rate_limited: 24 },
  });
  const rejected = Object.values(ledger.rejected).reduce((sum, count) => sum + count);
  const { counted, bots, heartbeats, summaries, duplicates } = ledger;
  expect(counted + bots + heartbeats + summaries + duplicates + rejected).toBe(ledger.consumed);
});

test('without shards every reason is there, with zero', () => {
  expect(mergeLedgers([]).rejected).toEqual(noneRejected);
});

test('a partition that waits above a gap is stopped, until the gap is filled', () => {
  const waiting = state({ partition: 3, waitingFrom: 140 });
  const filled = state({ partition: 4, waitingFrom: 100 });

  expect(mergeLedgers([waiting, filled]).behind).toBe(40);
  expect(listStopped([waiting, filled], 0)).toEqual([
    { partition: 3, state: 'behind', next: 100, waitingFrom: 140 },
  ]);
});

test('a torn shard is stopped, and torn is what is said of it', () => {
  const torn = [
    state({ partition: 2, isTorn: true, waitingFrom: 140 }),
    state({ partition: 1, isTorn: true }),
  ];
  expect(listStopped(torn, 0)).toEqual([
    { partition: 1, state: 'torn', next: 100 },
    { partition: 2, state: 'torn', next: 100 },
  ]);
});

test('while repair is at work, how far it is; not of one that was killed, and not when it is done', () => {
  const repair = { from: 60, to: 160, untilMs: 5_000 };
  const waiting = state({ waitingFrom: 140, repair });

  expect(listStopped([waiting], 4_999)).toEqual([
    {
      partition: 0,
      state: 'behind',
      next: 100,
      waitingFrom: 140,
      repair: { counted: 40, total: 100, percent: 40 },
    },
  ]);
  expect(listStopped([waiting], 5_000)).toEqual([
    { partition: 0, state: 'behind', next: 100, waitingFrom: 140 },
  ]);
  expect(listStopped([state({ repair })], 0)).toMatchObject([{ state: 'behind', repair: { counted: 40 } }]);
  expect(listStopped([state({ next: 160, repair })], 0)).toEqual([]);
});

test('times that nobody knows do not count', () => {
  expect(earliest([undefined, 5, 3])).toBe(3);
  expect(latest([undefined, 5, 3])).toBe(5);
  expect(earliest([undefined])).toBeUndefined();
  expect(latest([])).toBeUndefined();
});
