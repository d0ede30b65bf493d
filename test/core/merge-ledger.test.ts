import {
  earliest,
  latest,
  listStopped,
  mergeLedgers,
  type ShardState,
} from '../../pipeline/core/merge-ledger';
import { REJECTION_REASONS, type RejectionReason } from '../../pipeline/core/rejection';

const noneRejected = Object.fromEntries(REJECTION_REASONS.map((reason) => [reason, 0])) as Record<
  RejectionReason,
  number
>;

function state(changes: Partial<ShardState> = {}): ShardState {
  return {
    partition: 0,
    next: 100,
    consumed: 100,
    logTimeMs: 0,
    startedAtMs: undefined,
    heartbeatAtMs: undefined,
    newestEventAtMs: undefined,
    isTorn: false,
    isWrongLog: false,
    movedTo: undefined,
    waitingFrom: undefined,
    counted: 90,
    bots: 4,
    heartbeats: 3,
    duplicates: 2,
    late: 5,
    skewed: 6,
    empty: 0,
    lost: 0,
    rejected: { ...noneRejected, malformed_json: 1 },
    ...changes,
  };
}

test('each term is the sum over shards, and the terms add up', () => {
  const ledger = mergeLedgers([state(), state({ partition: 1, empty: 7, lost: 8 })]);

  expect(ledger).toEqual({
    consumed: 200,
    counted: 180,
    bots: 8,
    heartbeats: 6,
    duplicates: 4,
    rejected: { ...noneRejected, malformed_json: 2 },
    late: 10,
    skewed: 12,
    empty: 7,
    lost: 8,
    behind: 0,
  });
  const rejected = Object.values(ledger.rejected).reduce((sum, count) => sum + count);
  expect(ledger.counted + ledger.bots + ledger.heartbeats + ledger.duplicates + rejected).toBe(
    ledger.consumed,
  );
});

test('without shards every reason is there, with zero', () => {
  expect(mergeLedgers([]).rejected).toEqual(noneRejected);
});

test('a partition that waits above a gap is stopped, until the gap is filled', () => {
  const waiting = state({ partition: 3, waitingFrom: 140 });
  const filled = state({ partition: 4, waitingFrom: 100 });

  expect(mergeLedgers([waiting, filled]).behind).toBe(40);
  expect(listStopped([waiting, filled])).toEqual([
    { partition: 3, state: 'behind', next: 100, waitingFrom: 140 },
  ]);
});

test('a torn shard is stopped, and torn is what is said of it', () => {
  expect(
    listStopped([
      state({ partition: 2, isTorn: true, waitingFrom: 140 }),
      state({ partition: 1, isTorn: true }),
    ]),
  ).toEqual([
    { partition: 1, state: 'torn', next: 100 },
    { partition: 2, state: 'torn', next: 100 },
  ]);
});

test('times that nobody knows do not count', () => {
  expect(earliest([undefined, 5, 3])).toBe(3);
  expect(latest([undefined, 5, 3])).toBe(5);
  expect(earliest([undefined])).toBeUndefined();
  expect(latest([])).toBeUndefined();
});
