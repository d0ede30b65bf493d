import { chartBars } from '../../web/chart-bars';
import { earlierViews } from '../../web/earlier-views';
import { buildComparison } from '../support/build-comparison';
import { buildSnapshot } from '../support/build-snapshot';

const nowMs = Date.UTC(2026, 0, 31, 12, 0, 30);

test.each(['30m', '24h', '7d', '30d'] as const)(
  'in %s each bar has the earlier bucket beneath it',
  (window) => {
    const comparison = buildComparison({ window, nowMs });
    const bars = chartBars(buildSnapshot({ window, nowMs }).series, window, nowMs);

    expect(earlierViews(bars, comparison)).toEqual(comparison.series.map(({ views }) => views));
  },
);

test('bars that have moved on take the earlier ones with them, and the newest waits for the next answer', () => {
  const comparison = buildComparison({ window: '30m', nowMs });
  const bars = chartBars(buildSnapshot({ window: '30m', nowMs }).series, '30m', nowMs + 60_000);

  expect(earlierViews(bars, comparison)).toEqual([
    ...comparison.series.slice(1).map(({ views }) => views),
    undefined,
  ]);
});

test('days that were cut by another zone are not laid over each other', () => {
  const { series } = buildSnapshot({ window: '30d', nowMs, zone: 'Asia/Tehran' });

  expect(
    earlierViews(chartBars(series, '30d', nowMs), buildComparison({ window: '30d', nowMs })),
  ).toBeUndefined();
});

test('a comparison that has nothing has no bars', () => {
  const bars = chartBars(buildSnapshot({ nowMs }).series, '30m', nowMs);

  expect(earlierViews(bars, buildComparison({ nowMs, missing: 'not_kept' }))).toBeUndefined();
});
