/**
 * What repair did for a partition, and what is owed after it.
 *
 * - `normal`    nothing was missing; nothing was changed. A consumer that lags goes on by itself.
 * - `under_way` another run is at work on it; nothing was changed.
 * - `live`      too much was missing: live counting goes on at offset `from` in a new generation, and its past is counted beside it.
 * - `rebuilding` the past of the partition is being counted; there was no more time. It goes on at the next call.
 * - `rebuilt`   it is counted, and shown from now on.
 * - `repaired`  offsets [from, to) are counted, or told as `empty` or `lost`; the waiting batch fits now.
 * - `failed`    `reason` says why; nothing is counted wrongly. Retry where Kafka or Redis was away, else see the reason.
 */
import type { PastOutcome } from '../rebuild/count-missing-past';

export type RepairOutcome =
  | { readonly kind: 'normal'; readonly partition: number }
  | { readonly kind: 'under_way'; readonly partition: number }
  | { readonly kind: 'live'; readonly partition: number; readonly generation: number; readonly from: number }
  | PastOutcome
  | ({ readonly kind: 'repaired' } & RepairWork)
  | ({ readonly kind: 'failed'; readonly reason: string } & RepairWork);

export interface RepairWork {
  readonly partition: number;
  /** First offset that was missing. */
  readonly from: number;
  /** One past the last offset that is now told of. */
  readonly to: number;
  readonly records: number;
  /** Offsets that hold no record. */
  readonly empty: number;
  /** Offsets whose records the log no longer holds. */
  readonly lost: number;
  /** Of `records`: rejected, because counting them failed. */
  readonly unprocessable: number;
}

const causes = {
  torn: 'torn, being rebuilt',
  switch: 'moved to another generation, being switched',
  past: 'its past is being counted',
} as const;

/** One line for a person. */
export function describeOutcome(outcome: RepairOutcome): string {
  const { partition } = outcome;
  if (outcome.kind === 'normal') return `partition ${partition}: nothing to repair`;
  if (outcome.kind === 'under_way') return `partition ${partition}: another repair is at work on it`;
  if (outcome.kind === 'live') {
    return `partition ${partition}: too far behind, counted live in generation ${outcome.generation} from offset ${outcome.from}; its past follows`;
  }
  if (outcome.kind === 'rebuilt')
    return `partition ${partition}: rebuilt, generation ${outcome.generation} is shown`;
  if (outcome.kind === 'rebuilding')
    return `partition ${partition}: ${causes[outcome.cause]}, ${outcome.percent} %`;
  const { from, to, records, empty, lost, unprocessable } = outcome;
  const odd = unprocessable === 0 ? '' : `, ${unprocessable} of them unprocessable`;
  const work = `offsets ${from} to ${to}: ${records} records counted${odd}, ${empty} empty, ${lost} lost`;
  if (outcome.kind === 'repaired') return `partition ${partition}: repaired, ${work}`;
  return `partition ${partition}: not repaired, ${outcome.reason} (${work})`;
}
