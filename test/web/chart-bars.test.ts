import { type SeriesPoint, SNAPSHOT_WINDOWS } from '../../pipeline/core/snapshot';
import { barName, chartBars, chartTicks, roundAxis } from '../../web/chart-bars';
import { zoneClock } from '../../web/zone-clock';
import { buildSnapshot } from '../support/build-snapshot';

const nowMs = Date.UTC(2026, 0, 31, 12, 0, 30);
const hourMs = 3_600_000;

function pointsFrom(startMs: number, lengthsMs: readonly number[]): SeriesPoint[] {
  let atMs = startMs;
  return lengthsMs.map((lengthMs, index) => {
    const at = new Date(atMs).toISOString();
    atMs += lengthMs;
    const until = new Date(atMs).toISOString();
    return { at, until, views: index + 1, events: 0, bots: 0, visitors: { count: 0, exact: true } };
  });
}

test.each(SNAPSHOT_WINDOWS)('the bars of %s are the buckets of the answer', (window) => {
  const { series } = buildSnapshot({ window, nowMs });

  const bars = chartBars(series, window, nowMs);

  const asPoints = bars.map(({ fromMs, untilMs, ...counts }) => ({
    at: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    ...counts,
  }));
  expect(asPoints).toEqual(series);
});

test('the chart moves with the minute although no answer has come', () => {
  const { series } = buildSnapshot({ window: '30m', nowMs });

  const bars = chartBars(series, '30m', nowMs + 2 * 60_000);

  expect(bars).toHaveLength(30);
  expect(bars[0]?.views).toBe(series[2]?.views);
  expect(bars.at(-3)?.views).toBe(series.at(-1)?.views);
  expect(bars.slice(-2).map(({ views, visitors }) => [views, visitors.count])).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(bars.at(-1)?.fromMs).toBe(Date.UTC(2026, 0, 31, 12, 2));
});

test('after a silence longer than the window nothing of before is left, and the bars end with the present', () => {
  const { series } = buildSnapshot({ window: '5m', nowMs });

  const bars = chartBars(series, '5m', nowMs + 7 * hourMs);

  expect(bars.map(({ views }) => views)).toEqual([0, 0, 0, 0, 0]);
  expect(bars.at(-1)?.fromMs).toBe(Date.UTC(2026, 0, 31, 19, 0));
});

test.each(SNAPSHOT_WINDOWS)('five to eight bars of %s are named under the axis', (window) => {
  for (const zone of ['UTC', 'Asia/Tehran', 'Asia/Kathmandu', 'America/New_York']) {
    const { series } = buildSnapshot({ window, nowMs, zone });

    const ticks = chartTicks(chartBars(series, window, nowMs), window, zoneClock(zone));

    expect(ticks.length).toBeGreaterThanOrEqual(5);
    expect(ticks.length).toBeLessThanOrEqual(8);
  }
});

test('hours of a zone that is half an hour off are named by when they begin there', () => {
  const clock = zoneClock('Asia/Tehran');
  const bars = chartBars(pointsFrom(Date.UTC(2026, 0, 31, 0), Array(24).fill(hourMs)), '24h', nowMs);

  expect(barName(bars[0] as never, '24h', clock)).toBe('Sat 31 Jan, 03:30 to 04:30');
  expect(chartTicks(bars, '24h', clock).map(({ text }) => text)).toEqual([
    '04:30',
    '08:30',
    '12:30',
    '16:30',
    '20:30',
    '00:30',
  ]);
});

test('a day that the clock makes longer or shorter is still one day, and a part of one says so', () => {
  const clock = zoneClock('Europe/Berlin');
  const start = Date.UTC(2026, 2, 27, 23);
  const bars = chartBars(
    pointsFrom(start - 5 * hourMs, [5 * hourMs, 24 * hourMs, 23 * hourMs, 24 * hourMs]),
    '30d',
    start + 60 * hourMs,
  );

  expect(bars.map((bar) => barName(bar, '30d', clock))).toEqual([
    'Fri 27 Mar, 19:00 to Sat 28 Mar, 00:00',
    'Sat 28 Mar',
    'Sun 29 Mar',
    'Mon 30 Mar',
  ]);
});

test('hours over a change of the clock are named as the clock shows them: one is missing, one comes twice', () => {
  const clock = zoneClock('Europe/Berlin');
  const spring = chartBars(pointsFrom(Date.UTC(2026, 2, 29, 0), Array(3).fill(hourMs)), '24h', 0);
  const autumn = chartBars(pointsFrom(Date.UTC(2026, 9, 25, 0), Array(3).fill(hourMs)), '24h', 0);

  expect(spring.map(({ fromMs }) => clock.minute(fromMs))).toEqual(['01:00', '03:00', '04:00']);
  expect(autumn.map(({ fromMs }) => clock.minute(fromMs))).toEqual(['02:00', '02:00', '03:00']);
});

test('the axis is even, not below the highest bar, and at most twice it', () => {
  for (let value = 0; value < 5_000; value += 1) {
    const axis = roundAxis(value);
    expect(axis % 2).toBe(0);
    expect(axis).toBeGreaterThanOrEqual(Math.max(4, value));
    expect(axis).toBeLessThanOrEqual(Math.max(4, value * 2));
  }
});
