/** What a viewer sees of a flooded site: the real values on top with their counts, the rest as "(other)", the visitors nearly right. */
import type { DashboardSnapshot, ValueCount } from '../../pipeline/core/snapshot';
import { type FloodTally, REAL } from './flood-records';

/** Of the unique visitors, from HyperLogLogs of eight shards. */
const visitorErrorMax = 0.02;
/**
 * A value that is cut while it is as rare as junk begins anew: what it had is in "(other)". It happens at the beginning of a bucket,
 * until it has come twice in a shard.
 */
const keptShareMin = { short: 0.8, whole: 0.98 } as const;

export interface ShownLists {
  /** Of the real value that kept least of its count, the share that it kept, by list. */
  readonly keptShares: ReadonlyMap<string, number>;
  readonly visitors: { readonly told: number; readonly real: number };
  readonly violations: string[];
}

function checkList(
  shown: ShownLists,
  name: string,
  rows: readonly ValueCount[],
  sent: readonly (readonly [string, number])[],
  shareMin: number,
): void {
  const { violations } = shown;
  const first = rows.filter(({ other }) => !other).slice(0, sent.length);
  const strangers = first.filter(({ value }) => !sent.some(([real]) => real === value));
  if (strangers.length > 0)
    violations.push(`${name}: ${strangers.map(({ value }) => value).join(', ')} among the real ones`);
  if (!rows.some(({ other }) => other)) violations.push(`${name}: no "(other)"`);
  let worst = 1;
  for (const [value, count] of sent) {
    const told = first.find((row) => row.value === value)?.count ?? 0;
    if (told > count) violations.push(`${name}: ${value} has ${told}, only ${count} were sent`);
    worst = Math.min(worst, told / count);
  }
  if (worst < shareMin)
    violations.push(`${name}: a real value kept ${(100 * worst).toFixed(1)} % of its count`);
  (shown.keptShares as Map<string, number>).set(name, worst);
}

/** `snapshot`: of 24 hours. */
export function checkShown(snapshot: DashboardSnapshot, tally: FloodTally, isShort: boolean): ShownLists {
  const { top, totals } = snapshot;
  const visitors = { told: totals.visitors.count, real: tally.visitors };
  const shown: ShownLists = { keptShares: new Map(), visitors, violations: [] };
  const shareMin = keptShareMin[isShort ? 'short' : 'whole'];
  const sentOf = (values: readonly string[], counts: readonly number[]) =>
    values.map((value, i) => [value, counts[i] ?? 0] as const);
  checkList(shown, 'pages of all time', totals.pages, sentOf(REAL.pages, tally.realViews), shareMin);
  checkList(shown, 'pages of 24 h', top.pages, sentOf(REAL.pages, tally.realViews), shareMin);
  checkList(shown, 'referrers of 24 h', top.referrers, sentOf(REAL.referrers, tally.realViews), shareMin);
  checkList(shown, 'sources of 24 h', top.sources, sentOf(REAL.sources, tally.realViews), shareMin);
  checkList(shown, 'events of 24 h', top.events, sentOf(REAL.events, tally.realEvents), shareMin);
  const error = visitors.told / visitors.real - 1;
  if (Math.abs(error) > visitorErrorMax)
    shown.violations.push(`${visitors.told} visitors of all time, ${visitors.real} came`);
  return shown;
}

export function describeShown({ keptShares, visitors: { told, real } }: ShownLists): string[] {
  const kept = Array.from(keptShares, ([name, share]) => `${name} ${(100 * share).toFixed(2)} %`);
  return [
    `least share of its count that a real value kept: ${kept.join(', ')}`,
    `visitors of all time: ${told} told, ${real} came (${(100 * (told / real - 1)).toFixed(2)} %)`,
  ];
}
