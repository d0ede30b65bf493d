/**
 * The state of the pipeline as figures: what the page shows of it, told each minute by whoever looks at every partition anyway.
 * Not by the consumer: it knows its own batch alone, and nothing when it is not called.
 */
import type { DashboardSnapshot, Ledger, StoppedPartition } from '../../pipeline/core/snapshot';
import type { Figures } from '../metrics-port';
import type { RepairOutcome } from './repair-outcome';

export type PipelineState = Pick<DashboardSnapshot, 'lag' | 'ledger' | 'stopped'>;

function countRejected({ rejected }: Ledger): number {
  return Object.values(rejected).reduce((sum, each) => sum + each, 0);
}

/** Of what was consumed between two readings; undefined where that is nothing, or where a store that fell back knows less than before. */
function rejectedPercent(before: Ledger | undefined, now: Ledger): number | undefined {
  if (before === undefined) return undefined;
  const eventsOf = ({ consumed, heartbeats, summaries }: Ledger): number => consumed - heartbeats - summaries;
  const events = eventsOf(now) - eventsOf(before);
  const rejected = countRejected(now) - countRejected(before);
  return events > 0 && rejected >= 0 ? (100 * rejected) / events : undefined;
}

/** `before`: of the reading before this one, by the same process. */
export function stateFigures({ lag, ledger, stopped }: PipelineState, before: Ledger | undefined): Figures {
  const count = (state: StoppedPartition['state']): number =>
    stopped.filter((partition) => partition.state === state).length;
  const percent = rejectedPercent(before, ledger);
  return {
    ShardsBehind: count('behind'),
    ShardsTorn: count('torn'),
    ShardsWrongLog: count('wrong_log'),
    ...(lag === null ? {} : { LagMs: lag }),
    ...(percent === undefined ? {} : { RejectedPercent: percent }),
  };
}

/** Records that a run has given up: the log no longer held them. Empty where there are none. */
export function lossFigures(outcomes: readonly RepairOutcome[]): Figures {
  const lost = outcomes.reduce((sum, outcome) => sum + ('lost' in outcome ? outcome.lost : 0), 0);
  return lost === 0 ? {} : { RecordsLost: lost };
}
