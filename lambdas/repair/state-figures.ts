/**
 * The state of the pipeline as figures: what the page shows of it, told each minute by whoever looks at every partition anyway.
 * Not by the consumer: it knows its own batch alone, and nothing when it is not called.
 */
import type { EdgeReason } from '../../pipeline/core/edge-reason';
import type { DashboardSnapshot, Ledger, StoppedPartition } from '../../pipeline/core/snapshot';
import type { Figures } from '../metrics-port';
import type { RepairOutcome } from './repair-outcome';

export type PipelineState = Pick<DashboardSnapshot, 'lag' | 'ledger' | 'stopped'>;

function countRejected({ rejected }: Ledger): number {
  return Object.values(rejected).reduce((sum, each) => sum + each, 0);
}

function eventsOf({ consumed, heartbeats, summaries }: Ledger): number {
  return consumed - heartbeats - summaries;
}

/** Of what was consumed between two readings; undefined where that is nothing, or where a store that fell back knows less than before. */
function rejectedPercent(before: Ledger | undefined, now: Ledger): number | undefined {
  if (before === undefined) return undefined;
  const events = eventsOf(now) - eventsOf(before);
  const rejected = countRejected(now) - countRejected(before);
  return events > 0 && rejected >= 0 ? (100 * rejected) / events : undefined;
}

/** Faults of who sends, which the owner of a site can mend. What the internet sends to any address (paths that are not there, no HTTP) is left out. */
const faultsOfSenders: readonly EdgeReason[] = [
  'unknown_key',
  'origin_not_allowed',
  'rate_limited',
  'too_large',
  'bad_encoding',
  'malformed_body',
  'bad_event',
];

/** Of what reached the collector between two readings; undefined where it never refused anything, or nothing came, or the store fell back. */
function edgeRefusedPercent(before: Ledger | undefined, now: Ledger): number | undefined {
  const refusedOf = ({ edge }: Ledger): number =>
    faultsOfSenders.reduce((sum, reason) => sum + edge[reason], 0);
  if (before === undefined || refusedOf(now) === 0) return undefined;
  const refused = refusedOf(now) - refusedOf(before);
  const events = eventsOf(now) - eventsOf(before);
  return refused >= 0 && events >= 0 && refused + events > 0
    ? (100 * refused) / (refused + events)
    : undefined;
}

/** `before`: of the reading before this one, by the same process. */
export function stateFigures({ lag, ledger, stopped }: PipelineState, before: Ledger | undefined): Figures {
  const count = (state: StoppedPartition['state']): number =>
    stopped.filter((partition) => partition.state === state).length;
  const percent = rejectedPercent(before, ledger);
  const refused = edgeRefusedPercent(before, ledger);
  return {
    ShardsBehind: count('behind'),
    ShardsTorn: count('torn'),
    ShardsWrongLog: count('wrong_log'),
    ...(lag === null ? {} : { LagMs: lag }),
    ...(percent === undefined ? {} : { RejectedPercent: percent }),
    ...(refused === undefined ? {} : { EdgeRefusedPercent: refused }),
  };
}

/** Records that a run has given up: the log no longer held them. Empty where there are none. */
export function lossFigures(outcomes: readonly RepairOutcome[]): Figures {
  const lost = outcomes.reduce((sum, outcome) => sum + ('lost' in outcome ? outcome.lost : 0), 0);
  return lost === 0 ? {} : { RecordsLost: lost };
}
