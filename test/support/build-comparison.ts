/** Comparisons for tests: of the same shape as the store's, of a given size and seed. */
import type { ComparedCounts, Comparison, ComparisonSpan, SeriesPoint } from '../../pipeline/core/snapshot';
import { UTC } from '../../pipeline/store/zone-clock';
import { buildBuckets, buildSeries, type SnapshotShape, seededNumbers } from './build-snapshot';

export interface ComparisonShape extends SnapshotShape {
  readonly against: ComparisonSpan;
  readonly missing: Comparison['missing'];
}

const daysBack: Readonly<Record<ComparisonSpan, number>> = { day: 1, week: 7, month: 28 };

function sumOf(points: readonly SeriesPoint[]): ComparedCounts {
  const sum = (pick: (point: SeriesPoint) => number): number =>
    points.reduce((all, point) => all + pick(point), 0);
  const views = sum((point) => point.views);
  return {
    views,
    events: sum((point) => point.events),
    bots: sum((point) => point.bots),
    engagements: views,
    engagedMs: views * (40_000 + (views % 7) * 1_000),
    scrolled: views * 60,
    visitors: { count: Math.round(views * 0.3), exact: views < 50_000 },
  };
}

/** Lies back by whole days, as in a zone whose clock does not change. */
export function buildComparison(shape: Partial<ComparisonShape> = {}): Comparison {
  const {
    site = 'demo',
    window = '30m',
    nowMs = Date.UTC(2026, 0, 31, 12, 0, 30),
    scale = 100,
    seed = 1,
    against = 'week',
    missing = null,
  } = shape;
  const buckets = buildBuckets(window, nowMs, UTC);
  const shiftMs = daysBack[against] * 86_400_000;
  const present = buildSeries(buckets, scale, seededNumbers(seed)).slice(0, -1);
  const earlier = buildSeries(
    buckets.map(({ startMs, untilMs }) => ({ startMs: startMs - shiftMs, untilMs: untilMs - shiftMs })),
    scale * 0.9,
    seededNumbers(seed + 1),
  );
  return {
    site,
    window,
    against,
    from: present[0]?.at as string,
    to: present.at(-1)?.until as string,
    now: sumOf(present),
    earlier: missing === null ? sumOf(earlier.slice(0, -1)) : null,
    missing,
    series: missing === null ? earlier : [],
  };
}
