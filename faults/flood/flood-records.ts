/**
 * A flood: visitors that are never seen twice, each with a URL, a referrer and a source, or an event name, that nobody else has; and
 * between them the traffic of a real site. Every number that must come of it is known beforehand.
 */
import type { Grain } from '../../pipeline/core/grains';
import type { WrittenRecord } from '../record-writer';

export const realSite = 'demo';
/** As many as the API's top lists have: they must be exactly these. */
export const REAL = {
  pages: names((i) => `/page-${i}`),
  referrers: names((i) => `friend-${i}.example`),
  sources: names((i) => `campaign-${i}`),
  events: names((i) => `action_${i}`),
} as const;

/** One record in so many is real traffic. */
const realEvery = 20;
const realVisitors = 2_000;
const listed = 10;

/** How old an event is: far from every edge by more than a run takes. `grains`: those that it still counts in. */
interface Age {
  readonly ms: number;
  readonly grains: readonly Grain[];
}
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const fresh: Age = { ms: 0, grains: ['minute', 'hour', 'day'] };
/** Junk that is late fills the buckets of two days. */
const late: readonly Age[] = [
  ...Array.from({ length: 7 }, (_, i): Age => ({ ms: (i + 1) * 3 * hourMs, grains: ['hour', 'day'] })),
  { ms: 30 * hourMs, grains: ['day'] },
  { ms: 60 * hourMs, grains: [] },
];
/** One junk record in so many is late. */
const lateEvery = 10;

export interface FloodRecord extends WrittenRecord {
  readonly type: 'page' | 'track';
  readonly grains: readonly Grain[];
  readonly isLate: boolean;
  /** Undefined: junk. Else which of the ten values of each kind it has. */
  readonly real: number | undefined;
}

function names(of: (i: number) => string): readonly string[] {
  return Array.from({ length: 10 }, (_, i) => of(i));
}

/** Spreads neighbours over the whole alphabet, and never gives two numbers one name: multiplication by an odd number is a bijection. */
function junkName(i: number): string {
  return (Math.imul(i, 2_654_435_761) >>> 0).toString(36).padStart(7, '0');
}

interface Parts {
  readonly id: string;
  readonly site: string;
  readonly visitor: string;
  readonly atMs: number;
  readonly path: string;
  readonly referrer: string;
  readonly source: string;
  /** Undefined: a page view. */
  readonly event: string | undefined;
}

function recordOf({ id, site, visitor, atMs, path, referrer, source, event }: Parts): WrittenRecord {
  const what = event === undefined ? '"type":"page"' : `"type":"track","event":"${event}"`;
  const of =
    event === undefined
      ? `,"properties":{"path":"${path}","referrer":"https://${referrer}/"},"context":{"campaign":{"source":"${source}"}}`
      : '';
  const value =
    `{"v":1,"messageId":"${id}",${what},"siteId":"${site}","anonymousId":"${visitor}",` +
    `"timestamp":"${new Date(atMs).toISOString()}"${of}}`;
  return { key: Buffer.from(`${site}:${visitor}`), value: Buffer.from(value) };
}

/** Record `index` of the flood of the real site; every second one is a custom event. */
export function floodRecord(index: number, nowMs: number): FloodRecord {
  const isTrack = Math.floor(index / realEvery + index) % 2 === 1;
  if (index % realEvery === 0) return realRecord(index / realEvery, isTrack, nowMs);
  return junkRecord(index, isTrack, nowMs, realSite);
}

function realRecord(i: number, isTrack: boolean, nowMs: number): FloodRecord {
  const real = Math.floor(i / 2) % listed;
  const parts = {
    id: `real-${i}`,
    site: realSite,
    visitor: `visitor-${i % realVisitors}`,
    atMs: nowMs,
    path: REAL.pages[real] as string,
    referrer: REAL.referrers[real] as string,
    source: REAL.sources[real] as string,
    event: isTrack ? (REAL.events[real] as string) : undefined,
  };
  return { ...recordOf(parts), type: isTrack ? 'track' : 'page', grains: fresh.grains, isLate: false, real };
}

/** `site`: any; for the flood of sites one that no other record has. */
export function junkRecord(index: number, isTrack: boolean, nowMs: number, site: string): FloodRecord {
  const age = index % lateEvery === 3 ? (late[Math.floor(index / lateEvery) % late.length] as Age) : fresh;
  const name = junkName(index);
  const parts = {
    id: `junk-${name}`,
    site,
    visitor: `j${name}`,
    atMs: nowMs - age.ms,
    path: `/${name}/junk`,
    referrer: `${name}.junk.example`,
    source: `source-${name}`,
    event: isTrack ? `event-${name}` : undefined,
  };
  return {
    ...recordOf(parts),
    type: isTrack ? 'track' : 'page',
    grains: age.grains,
    isLate: age !== fresh,
    real: undefined,
  };
}

/** Bytes of the values that the flood brings, the longest of each kind. */
export const FLOOD_VALUE_BYTES = {
  pages: 16,
  referrers: 20,
  sources: 16,
  campaigns: 16,
  events: 16,
  browsers: 16,
  devices: 16,
  systems: 16,
  countries: 16,
  channels: 16,
  outbound: 16,
  downloads: 16,
  propKeys: 16,
  props: 16,
  engagedTimes: 16,
  scrollDepths: 16,
  purchases: 3,
  revenueThousands: 3,
  revenueRest: 3,
} as const;

/** Sums of what was sent. */
export class FloodTally {
  records = 0;
  late = 0;
  readonly views = new Map<Grain | 'all', number>();
  readonly events = new Map<Grain | 'all', number>();
  readonly realViews = new Array<number>(listed).fill(0);
  readonly realEvents = new Array<number>(listed).fill(0);
  private junk = 0;
  private real = 0;

  add({ type, grains, isLate, real }: FloodRecord): void {
    const sums = type === 'page' ? this.views : this.events;
    this.records += 1;
    if (isLate) this.late += 1;
    for (const cell of [...grains, 'all'] as const) sums.set(cell, (sums.get(cell) ?? 0) + 1);
    if (real === undefined) {
      this.junk += 1;
      return;
    }
    this.real += 1;
    const ofReal = type === 'page' ? this.realViews : this.realEvents;
    ofReal[real] = (ofReal[real] ?? 0) + 1;
  }

  /** Different visitors. */
  get visitors(): number {
    return this.junk + Math.min(realVisitors, this.real);
  }
}
