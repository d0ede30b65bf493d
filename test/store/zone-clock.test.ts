import { DAY_MS, HOUR_MS } from '../../pipeline/core/limits';
import { canonicalZone, clockShiftMs, zoneDays } from '../../pipeline/store/zone-clock';

const QUARTER_MS = HOUR_MS / 4;
const iso = (ms: number): string => new Date(ms).toISOString();

/** First whole hours of UTC at or after each local midnight within the time, by the runtime's calendar and quarter by quarter. */
function calendarStarts(zone: string, fromMs: number, toMs: number): number[] {
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const starts: number[] = [];
  let date = calendar.format(fromMs);
  for (let atMs = fromMs + QUARTER_MS; atMs <= toMs; atMs += QUARTER_MS) {
    const next = calendar.format(atMs);
    if (next !== date) starts.push(Math.ceil(atMs / HOUR_MS) * HOUR_MS);
    date = next;
  }
  return starts;
}

const ZONES = [
  'UTC',
  'Asia/Tehran',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  // Their clocks change at midnight: it does not exist on one day, and comes twice on another.
  'Africa/Cairo',
  'America/Havana',
];
const PRESENTS = [Date.UTC(2026, 3, 26, 12, 34), Date.UTC(2026, 10, 6, 22, 1), Date.UTC(2026, 2, 29, 1, 0)];

test.each(ZONES.flatMap((zone) => PRESENTS.map((nowMs) => [zone, iso(nowMs), nowMs] as const)))(
  'days of %s begin where its calendar says, up to %s',
  (zone, _, nowMs) => {
    const fromMs = Math.floor(nowMs / DAY_MS) * DAY_MS - 29 * DAY_MS;

    const days = zoneDays(zone, fromMs, nowMs);

    const starts = calendarStarts(zone, fromMs, nowMs + 2 * DAY_MS);
    const endAt = starts.findIndex((startMs) => startMs > nowMs);
    const bounds = [fromMs, ...starts.slice(0, endAt + 1)];
    expect(days.map(({ startMs }) => iso(startMs))).toEqual(bounds.slice(0, -1).map(iso));
    expect(days.map(({ untilMs }) => iso(untilMs))).toEqual(bounds.slice(1).map(iso));
    expect(days.at(-1)?.startMs).toBeLessThanOrEqual(nowMs);
    expect(days.at(-1)?.untilMs).toBeGreaterThan(nowMs);
  },
);

test.each([
  ['Asia/Tehran', '2026-01-15T21:00:00.000Z', 24],
  ['Asia/Kathmandu', '2026-01-15T19:00:00.000Z', 24],
  ['Europe/Berlin', '2026-03-28T23:00:00.000Z', 23],
  ['Europe/Berlin', '2026-10-24T22:00:00.000Z', 25],
  ['America/New_York', '2026-03-08T05:00:00.000Z', 23],
  ['America/New_York', '2026-11-01T04:00:00.000Z', 25],
] as const)('a day of %s begins at %s and has %i hours', (zone, startsAt, hours) => {
  const startMs = Date.parse(startsAt);
  const fromMs = Math.floor(startMs / DAY_MS) * DAY_MS - DAY_MS;

  const day = zoneDays(zone, fromMs, startMs + 3 * DAY_MS).find((it) => it.startMs === startMs);

  expect(day && (day.untilMs - day.startMs) / HOUR_MS).toBe(hours);
});

test.each([
  ['UTC', '2026-03-29T12:00:00Z', 1, 24],
  ['Europe/Berlin', '2026-03-29T12:00:00Z', 1, 23],
  ['Europe/Berlin', '2026-10-25T12:00:00Z', 1, 25],
  ['Europe/Berlin', '2026-03-30T12:00:00Z', 1, 24],
  ['Europe/Berlin', '2026-04-02T12:00:00Z', 7, 7 * 24 - 1],
  ['Europe/Berlin', '2026-11-10T12:00:00Z', 28, 28 * 24 + 1],
  ['America/New_York', '2026-03-08T18:00:00Z', 1, 23],
  ['Asia/Tehran', '2026-03-29T12:00:00Z', 28, 28 * 24],
  ['Australia/Lord_Howe', '2026-04-05T03:00:00Z', 1, 24.5],
] as const)('%s at %s: the same time %i days before is %d hours ago', (zone, at, days, hours) => {
  expect(clockShiftMs(zone, Date.parse(at), days) / HOUR_MS).toBe(hours);
});

test('a zone has one name, and what is no zone has none', () => {
  expect(canonicalZone('asia/tehran')).toBe('Asia/Tehran');
  expect(canonicalZone('Etc/UTC')).toBe('UTC');
  for (const name of ['', 'Mars/Olympus', '__proto__', 'Europe/Berlin ']) {
    expect(canonicalZone(name)).toBeUndefined();
  }
});
