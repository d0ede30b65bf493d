/** Snapshots for tests: one that adds up, of a given size and seed, and changes to it. */
import { EDGE_REASON_NAMES } from '../../pipeline/core/edge-reason';
import { REJECTION_REASONS, type RejectionReason } from '../../pipeline/core/rejection';
import type {
  AuditMark,
  DashboardSnapshot,
  EngagementSums,
  FeedEntry,
  Ledger,
  SeriesPoint,
  SnapshotWindow,
  Top,
  ValueCount,
  VisitorCount,
} from '../../pipeline/core/snapshot';
import { UTC, zoneDays } from '../../pipeline/store/zone-clock';

const exactly = (count: number): VisitorCount => ({ count, exact: true });
const steps: Readonly<Record<SnapshotWindow, readonly [stepMs: number, points: number]>> = {
  '5m': [60_000, 5],
  '30m': [60_000, 30],
  '24h': [3_600_000, 24],
  '7d': [3_600_000, 168],
  '30d': [86_400_000, 30],
};

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where the window's buckets begin and end. */
export function buildBuckets(
  window: SnapshotWindow,
  nowMs: number,
  zone: string,
): readonly { readonly startMs: number; readonly untilMs: number }[] {
  const [stepMs, length] = steps[window];
  const last = Math.floor(nowMs / stepMs) * stepMs;
  if (window === '30d' && zone !== UTC) return zoneDays(zone, last - (length - 1) * stepMs, nowMs);
  return Array.from({ length }, (_, index) => {
    const startMs = last - (length - 1 - index) * stepMs;
    return { startMs, untilMs: startMs + stepMs };
  });
}

export function buildSeries(
  buckets: ReturnType<typeof buildBuckets>,
  scale: number,
  next: () => number,
): SeriesPoint[] {
  return buckets.map(({ startMs, untilMs }, index) => {
    const views = Math.round(scale * (0.5 + 0.3 * Math.sin(index / 4) + 0.3 * next()));
    return {
      at: new Date(startMs).toISOString(),
      until: new Date(untilMs).toISOString(),
      views,
      events: Math.round(views * 0.12),
      bots: Math.round(views * 0.05),
      visitors: { count: Math.round(views * 0.4), exact: views < 5_000 },
    };
  });
}

function ranked(values: readonly string[], total: number, other: boolean): ValueCount[] {
  if (total === 0) return [];
  const rows: ValueCount[] = values.map((value, index) => ({
    value,
    count: Math.max(1, Math.round(total / (index + 2) ** 1.3)),
  }));
  return other ? [...rows, { value: '(other)', count: Math.round(total / 9), other: true }] : rows;
}

export function buildTop(total: number): Top {
  const pages = [
    '/',
    '/pricing',
    '/blog/exactly-once',
    '/docs/start',
    '/products/42',
    '/cart',
    '/about',
    '/blog',
    '/login',
    '/search',
  ];
  return {
    pages: ranked(pages, total, total > 1_000),
    referrers: ranked(
      ['google.com', 'news.ycombinator.com', 'github.com', 'duckduckgo.com', 't.co'],
      total / 3,
      false,
    ),
    sources: ranked(['newsletter', 'google', 'twitter'], total / 5, false),
    campaigns: ranked(['spring-sale', 'launch'], total / 9, false),
    events: ranked(['signup', 'add_to_cart', 'purchase', 'search'], total / 8, false),
    browsers: ranked(['Chrome', 'Safari', 'Firefox', 'Edge'], total, false),
    devices: ranked(['desktop', 'mobile', 'tablet'], total, false),
    systems: ranked(['Windows', 'Android', 'iOS', 'macOS', 'Linux'], total, false),
    countries: ranked(['DE', 'US', 'FR', 'IN', 'BR', 'JP'], total, false),
    channels: ranked(['search', 'direct', 'social', 'referral', 'email', 'ai'], total, false),
    outbound: ranked(['https://github.com/demo/shop', 'https://status.example/'], total / 40, false),
    downloads: ranked(['https://demo.example/files/catalogue.pdf'], total / 80, false),
  };
}

/** A third of the views have a minute each. */
function buildEngagement(views: number): EngagementSums {
  const engagements = Math.round(views / 3);
  return { engagements, engagedMs: engagements * 61_400, scrolled: engagements * 112 };
}

function buildExtras(views: number, top: Top): Pick<DashboardSnapshot, 'engagedPages' | 'revenue' | 'props'> {
  if (views === 0) return { engagedPages: [], revenue: [], props: [] };
  const engagedPages = top.pages
    .filter(({ other }) => !other)
    .map(({ value, count }, i) => ({
      value,
      views: i === 8 ? null : count,
      engagedMs: count * (9_000 + 7_500 * ((i * 5) % 7)),
      scrolled: count * (25 + ((i * 17) % 60)),
    }));
  const purchases = Math.max(1, Math.round(views / 60));
  return {
    engagedPages,
    revenue: [
      { currency: 'EUR', amount: `${purchases * 57}.90`, count: purchases },
      { currency: 'JPY', amount: `${purchases * 4_300}.00`, count: Math.ceil(purchases / 3) },
      { currency: 'KWD', amount: '12.345', count: 1 },
    ],
    props: [
      {
        event: 'signup',
        keys: [
          { key: 'plan', count: 60, values: ranked(['free', 'team', 'enterprise'], 60, true) },
          { key: 'method', count: 60, values: ranked(['email', 'github'], 60, false) },
        ],
      },
      { event: null, keys: [{ key: 'author', count: 40, values: ranked(['ada', 'grace'], 40, false) }] },
    ],
  };
}

function buildFeed(length: number, nowMs: number): FeedEntry[] {
  return Array.from({ length }, (_, index): FeedEntry => {
    const at = new Date(nowMs - index * 700).toISOString();
    return index % 5 === 4
      ? { at, type: 'track', event: 'add_to_cart', browser: 'Safari', device: 'mobile', country: 'US' }
      : {
          at,
          type: 'page',
          path: `/products/${index}`,
          referrer: 'google.com',
          browser: 'Firefox',
          device: 'desktop',
          country: 'DE',
        };
  });
}

/** A ledger that adds up. */
export function buildLedger(counted: number): Ledger {
  const rejected = Object.fromEntries(
    REJECTION_REASONS.map((reason, index) => [reason, Math.floor(counted / (1_000 * (index + 1)))]),
  ) as Record<RejectionReason, number>;
  const parts = {
    counted,
    bots: Math.floor(counted / 20),
    heartbeats: Math.floor(counted / 50),
    summaries: Math.floor(counted / 400),
    duplicates: Math.floor(counted / 200),
  };
  const all = [...Object.values(parts), ...Object.values(rejected)];
  return {
    consumed: all.reduce((sum, part) => sum + part, 0),
    ...parts,
    rejected,
    late: Math.floor(counted / 300),
    skewed: Math.floor(counted / 900),
    empty: 0,
    lost: 0,
    behind: 0,
    edge: Object.fromEntries(
      EDGE_REASON_NAMES.map((reason, index) => [reason, Math.floor(counted / (500 * (index + 1)))]),
    ) as Ledger['edge'],
  };
}

/** An audit that ended ten minutes ago. */
export function buildAuditMark(options: {
  readonly nowMs: number;
  readonly records: number;
  readonly differences?: number;
}): AuditMark {
  const { nowMs, records, differences = 0 } = options;
  return {
    at: new Date(nowMs - 600_000).toISOString(),
    from: new Date(nowMs - 3 * 86_400_000).toISOString(),
    to: new Date(nowMs - 630_000).toISOString(),
    records,
    cells: records * 3,
    differences,
  };
}

export interface SnapshotShape {
  readonly site: string;
  readonly window: SnapshotWindow;
  readonly nowMs: number;
  /** Views a bucket of the series, about; 0: an empty site. */
  readonly scale: number;
  readonly seed: number;
  /** By whose midnights the days of 30d are cut. */
  readonly zone: string;
}

export function buildSnapshot(shape: Partial<SnapshotShape> = {}): DashboardSnapshot {
  const {
    site = 'demo',
    window = '30m',
    nowMs = Date.UTC(2026, 0, 31, 12, 0, 30),
    scale = 100,
    seed = 1,
    zone = UTC,
  } = shape;
  const series = buildSeries(buildBuckets(window, nowMs, zone), scale, seededNumbers(seed));
  const sum = (pick: (point: SeriesPoint) => number): number =>
    series.reduce((all, point) => all + pick(point), 0);
  const views = sum((point) => point.views);
  const [events, bots] = [sum((point) => point.events), sum((point) => point.bots)];
  const isEmpty = scale === 0;
  return {
    site,
    sites: site === 'demo' ? ['demo'] : ['demo', site],
    window,
    asOf: new Date(nowMs).toISOString(),
    newestEventAt: isEmpty ? null : new Date(nowMs - 1_200).toISOString(),
    freshness: isEmpty ? 'empty' : 'live',
    lag: isEmpty ? null : 640,
    lagFrom: isEmpty ? null : 'heartbeat',
    visitors: { last5m: exactly(Math.round(scale * 1.7)), last30m: exactly(Math.round(scale * 6.1)) },
    viewsPerSecond: scale / 60,
    inWindow: {
      ...buildEngagement(views),
      views,
      events,
      bots,
      visitors: { count: Math.round(views * 0.3), exact: views < 50_000 },
    },
    totals: {
      ...buildEngagement(views * 40),
      views: views * 40,
      events: events * 40,
      bots: bots * 40,
      visitors: { count: Math.round(views * 9), exact: views < 5_000 },
      pages: buildTop(views * 40).pages,
    },
    top: buildTop(views),
    ...buildExtras(views, buildTop(views)),
    series,
    feed: buildFeed(isEmpty ? 0 : Math.min(50, scale), nowMs),
    ledger: buildLedger((views + events) * 40),
    stopped: [],
    rebuilding: [],
    countingSince: isEmpty ? null : new Date(nowMs - 3 * 86_400_000).toISOString(),
    partlySince: null,
    audit: isEmpty ? null : buildAuditMark({ nowMs, records: (views + events) * 40 }),
  };
}
