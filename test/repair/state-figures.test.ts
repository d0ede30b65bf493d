import { lossFigures, stateFigures } from '../../lambdas/repair/state-figures';
import { EDGE_REASON_NAMES } from '../../pipeline/core/edge-reason';
import type { Ledger } from '../../pipeline/core/snapshot';
import { buildSnapshot } from '../support/build-snapshot';

const { ledger } = buildSnapshot();

function ledgerOf(differences: Partial<Ledger>): Ledger {
  return { ...ledger, ...differences };
}

function rejectedOf(count: number): Ledger['rejected'] {
  return { ...ledger.rejected, malformed_json: count };
}

test('partitions that stand still are told by why, and zeros too, so that an alarm can end', () => {
  const stopped = [
    { partition: 0, state: 'behind', next: 5, waitingFrom: 9 },
    { partition: 1, state: 'behind', next: 5, waitingFrom: 9 },
    { partition: 2, state: 'wrong_log', next: 7 },
  ] as const;

  expect(stateFigures({ lag: 1_500, ledger, stopped }, undefined)).toEqual({
    ShardsBehind: 2,
    ShardsTorn: 0,
    ShardsWrongLog: 1,
    LagMs: 1_500,
  });
});

test('a lag that is not known is not told', () => {
  expect(stateFigures({ lag: null, ledger, stopped: [] }, undefined)).not.toHaveProperty('LagMs');
});

test('rejected is a share of the records since the reading before, heartbeats left out', () => {
  const before = ledgerOf({ consumed: 1_000, heartbeats: 400, rejected: rejectedOf(10) });
  const now = ledgerOf({ consumed: 1_300, heartbeats: 500, rejected: rejectedOf(60) });

  expect(stateFigures({ lag: 0, ledger: now, stopped: [] }, before)).toMatchObject({ RejectedPercent: 25 });
});

test.each([
  ['nothing came', { consumed: 1_000, heartbeats: 400, rejected: rejectedOf(10) }],
  ['heartbeats alone came', { consumed: 1_100, heartbeats: 500, rejected: rejectedOf(10) }],
  ['the store fell back', { consumed: 10, heartbeats: 4, rejected: rejectedOf(0) }],
])('where %s there is no share to tell', (_, differences) => {
  const before = ledgerOf({ consumed: 1_000, heartbeats: 400, rejected: rejectedOf(10) });

  const figures = stateFigures({ lag: 0, ledger: ledgerOf(differences), stopped: [] }, before);

  expect(figures).not.toHaveProperty('RejectedPercent');
});

function edgeOf(differences: Partial<Ledger['edge']>): Ledger['edge'] {
  const none = Object.fromEntries(EDGE_REASON_NAMES.map((reason) => [reason, 0])) as Ledger['edge'];
  return { ...none, ...differences };
}

test('refused at the edge is a share of what reached the collector, without what no site’s owner could mend', () => {
  const before = ledgerOf({
    consumed: 1_000,
    heartbeats: 400,
    summaries: 10,
    edge: edgeOf({ bad_event: 5 }),
  });
  const now = ledgerOf({
    consumed: 1_090,
    heartbeats: 450,
    summaries: 20,
    edge: edgeOf({ bad_event: 8, unknown_key: 7, unknown_path: 500, opted_out: 90 }),
  });

  expect(stateFigures({ lag: 0, ledger: now, stopped: [] }, before)).toMatchObject({
    EdgeRefusedPercent: 25,
  });
});

test('without a collector, which has never refused anything, no share of it is told', () => {
  const before = ledgerOf({ consumed: 1_000, heartbeats: 400, edge: edgeOf({}) });
  const now = ledgerOf({ consumed: 1_300, heartbeats: 500, edge: edgeOf({}) });

  expect(stateFigures({ lag: 0, ledger: now, stopped: [] }, before)).not.toHaveProperty('EdgeRefusedPercent');
});

test('losses of a run are added up, and none is not told', () => {
  const work = { from: 0, to: 10, records: 5, empty: 0, unprocessable: 0 };

  expect(lossFigures([{ kind: 'normal', partition: 0 }])).toEqual({});
  expect(
    lossFigures([
      { kind: 'repaired', partition: 0, ...work, lost: 3 },
      { kind: 'failed', partition: 1, reason: 'x', ...work, lost: 4 },
      { kind: 'normal', partition: 2 },
    ]),
  ).toEqual({ RecordsLost: 7 });
});
