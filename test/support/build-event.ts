/** Seeded builders of events as they lie on the topic, and of the records that hold them. */
import fc from 'fast-check';
import type { LogRecord } from '../../pipeline/core/event';
import type { SiteRules } from '../../pipeline/core/validation';

/** 2026-01-15 12:00:30 UTC: half a minute into a minute, so that small steps cross no bucket. */
export const NOON_MS = Date.UTC(2026, 0, 15, 12, 0, 30);
export const TEST_NONCE = 'testnonce0123456789';
export const DEMO_SITE: SiteRules = { listed: new Set(['demo']), defaultSite: 'demo' };

export type WireEvent = Record<string, unknown>;

/** A page view as the simulator writes it; `changes` replace its fields. */
export function pageView(changes: WireEvent = {}): WireEvent {
  return {
    v: 1,
    messageId: 'm-1',
    type: 'page',
    siteId: 'demo',
    anonymousId: 'visitor-1',
    timestamp: new Date(NOON_MS).toISOString(),
    receivedAt: new Date(NOON_MS).toISOString(),
    properties: {
      url: 'https://demo.example/home',
      path: '/home',
      referrer: 'https://www.search.example/?q=x',
    },
    context: {
      browser: 'Firefox',
      device: 'desktop',
      os: 'Linux',
      campaign: { source: 'newsletter', name: 'may' },
    },
    ...changes,
  };
}

export function customEvent(event: string, changes: WireEvent = {}): WireEvent {
  return pageView({ type: 'track', event, ...changes });
}

/** Three seconds more of attention, and ten percentage points of depth. */
export function engagement(path: string, changes: WireEvent = {}): WireEvent {
  return pageView({ type: 'engagement', properties: { path, engagedMs: 3_000, scrolled: 10 }, ...changes });
}

/** What the edge did not let through. */
export function edgeSummary(changes: WireEvent = {}): WireEvent {
  return { v: 1, type: 'edge', messageId: 'edge-1', reason: 'rate_limited', count: 7, ...changes };
}

export function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A record; `value`: an object is written as JSON, a string as it is, null is a tombstone. */
export function recordOf(value: unknown, offset = 0, timestampMs = NOON_MS): LogRecord {
  return { offset, timestampMs, value: value === null ? null : bytesOf(value) };
}

const MINUTE = 60_000;

/** How old an event is against the log: mostly fresh, some on both sides of each grain's grace, some from the future. */
const age = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -1_000, max: 5_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 9 * MINUTE, max: 11 * MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: 24 * 60 * MINUTE, max: 26 * 60 * MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: 48 * 60 * MINUTE, max: 50 * 60 * MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: -20 * MINUTE, max: -4 * MINUTE }) },
);

/** How far log time goes on (seldom back) between two records. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -3_000, max: 15 * MINUTE }) },
);

const few = (...values: string[]) => fc.constantFrom(...values);

const wireEvent = fc.record({
  kind: few(
    'page',
    'page',
    'page',
    'track',
    'engagement',
    'summary',
    'bot',
    'heartbeat',
    'demo',
    'broken',
    'foreign site',
    'tombstone',
  ),
  id: fc.integer({ min: 0, max: 12 }),
  visitor: fc.integer({ min: 0, max: 6 }),
  path: few('/', '/a', '/b', '/c', '__proto__', 'constructor'),
  name: few('buy', 'sign-up', '(other)'),
  ageMs: age,
  stepMs: step,
  receivedSkewMs: fc.constantFrom(undefined, 0, 0, 0, 400_000),
  plan: fc.constantFrom(undefined, undefined, 'free', '(other)', 7, true),
  cents: fc.constantFrom(undefined, undefined, 0, 1_999, 100_000_000_000),
});

function wireValue(draw: typeof wireEvent extends fc.Arbitrary<infer T> ? T : never, logMs: number): unknown {
  if (draw.kind === 'tombstone') return null;
  if (draw.kind === 'heartbeat') return { v: 1, type: 'heartbeat' };
  if (draw.kind === 'summary') return edgeSummary({ messageId: `m-${draw.id}`, count: draw.visitor + 1 });
  if (draw.kind === 'demo') return { user_id: `visitor-${draw.visitor}`, page: draw.path };
  if (draw.kind === 'broken') return '{"v":1,"type":"page"';
  const changes: WireEvent = {
    messageId: `m-${draw.id}`,
    siteId: draw.kind === 'foreign site' ? 'elsewhere' : 'demo',
    anonymousId: `visitor-${draw.visitor}`,
    timestamp: new Date(logMs - draw.ageMs).toISOString(),
    properties: {
      url: 'https://demo.example/',
      path: draw.path,
      ...(draw.kind === 'engagement' ? { engagedMs: 1_000 * draw.id, scrolled: draw.visitor } : {}),
      ...(draw.plan === undefined ? {} : { props: { plan: draw.plan } }),
      ...(draw.cents === undefined ? {} : { revenue: { amount: draw.cents / 100, currency: 'EUR' } }),
    },
    context:
      draw.kind === 'bot' ? { bot: 'Googlebot' } : { browser: `Browser ${draw.id % 3}`, device: 'phone' },
  };
  const received = draw.receivedSkewMs;
  const receivedAt = received === undefined ? undefined : new Date(logMs - received).toISOString();
  const type = draw.kind === 'engagement' ? { type: 'engagement' } : {};
  const event = draw.kind === 'track' ? customEvent(draw.name, changes) : pageView({ ...changes, ...type });
  return { ...event, receivedAt };
}

/** A log: records at contiguous offsets from 0, of every kind, with ages and re-sends around every edge. */
export const anyLog: fc.Arbitrary<LogRecord[]> = fc
  .array(wireEvent, { minLength: 1, maxLength: 60 })
  .map((draws) => {
    let logMs = NOON_MS;
    return draws.map((draw, offset) => {
      logMs += draw.stepMs;
      return recordOf(wireValue(draw, logMs), offset, logMs);
    });
  });

/** Where a log of `length` records is cut into batches. */
export const anyCuts = fc.array(fc.integer({ min: 1, max: 59 }), { maxLength: 8 });

export function cutAt<T>(records: readonly T[], cuts: readonly number[]): T[][] {
  const edges = [...new Set([0, ...cuts.filter((cut) => cut < records.length), records.length])].sort(
    (a, b) => a - b,
  );
  return edges.slice(1).map((end, i) => records.slice(edges[i], end));
}
