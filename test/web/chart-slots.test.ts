import type { SnapshotWindow } from '../../pipeline/core/snapshot';
import { CHART_SHAPES, chartSlots, roundAxis } from '../../web/chart-slots';
import { buildSnapshot } from '../support/build-snapshot';

const nowMs = Date.UTC(2026, 0, 31, 12, 0, 30);
const windows = Object.keys(CHART_SHAPES) as SnapshotWindow[];

test.each(windows)('the slots of %s are the points of the answer', (window) => {
  const { series } = buildSnapshot({ window, nowMs });

  const slots = chartSlots(series, window, nowMs);

  expect(slots.map(({ atMs, ...counts }) => ({ at: new Date(atMs).toISOString(), ...counts }))).toEqual(
    series,
  );
});

test('the chart moves with the minute although no answer has changed', () => {
  const { series } = buildSnapshot({ window: '30m', nowMs });

  const slots = chartSlots(series, '30m', nowMs + 2 * 60_000);

  expect(slots).toHaveLength(30);
  expect(slots[0]?.views).toBe(series[2]?.views);
  expect(slots.at(-3)?.views).toBe(series.at(-1)?.views);
  expect(slots.slice(-2).map(({ views, visitors }) => [views, visitors.count])).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test('missing points are zero, and points outside the window are left out', () => {
  const { series } = buildSnapshot({ window: '30m', nowMs });

  const slots = chartSlots(series.slice(28), '5m', nowMs);

  expect(slots.map(({ views }) => views)).toEqual([0, 0, 0, series[28]?.views, series[29]?.views]);
});

test.each(windows)('some bars of %s are named under the axis', (window) => {
  const slots = chartSlots([], window, nowMs);

  const ticks = slots.filter(({ atMs }) => CHART_SHAPES[window].tickOf(atMs) !== undefined);

  expect(ticks.length).toBeGreaterThanOrEqual(5);
  expect(ticks.length).toBeLessThanOrEqual(8);
});

test('the axis is even, not below the highest bar, and at most twice it', () => {
  for (let value = 0; value < 5_000; value += 1) {
    const axis = roundAxis(value);
    expect(axis % 2).toBe(0);
    expect(axis).toBeGreaterThanOrEqual(Math.max(4, value));
    expect(axis).toBeLessThanOrEqual(Math.max(4, value * 2));
  }
});
