/** A site whose traffic is known to the last number: page views of visitors who come once each, values drawn evenly. */
import type { Dimension } from '../pipeline/core/dimensions';
import { EXTRA_NAMES, LABEL_NAMES, type LabelDimension } from '../pipeline/core/dimensions';
import { DAY_MS, HOUR_MS, liveKeptMs, MINUTE_MS, SECOND_MS } from '../pipeline/core/limits';
import type { SiteLoad, TopicLoad } from '../pipeline/store/memory-load';
import { seededRandom } from '../producer/simulator/random';
import { benchSite } from './simulated-log';

export interface EvenSite {
  readonly topic: string;
  readonly partitions: number;
  readonly events: number;
  /** Number of the first event: numbers tell visitors and events apart. Default 0. */
  readonly first?: number;
  /** Different pages. */
  readonly pages: number;
  /** Event time, and log time, of the first event, ms; a whole minute. */
  readonly startMs: number;
  /** Over which the events are spread evenly. */
  readonly historyMs: number;
  /** Records of a commit, at most. */
  readonly batchRecords: number;
}

const seed = 7;
/** Of each dimension but pages. */
const others: Readonly<Record<Exclude<LabelDimension, 'pages' | 'events'>, number>> = {
  referrers: 10,
  channels: 5,
  sources: 4,
  campaigns: 3,
  browsers: 5,
  devices: 3,
  systems: 5,
  countries: 8,
};
const pageBytes = 30;
const otherBytes = 8;

function pageText(i: number): string {
  return `/${String(i).padStart(pageBytes - 1, '0')}`;
}

function otherText(name: string, i: number): string {
  return `${name.slice(0, 4)}${String(i).padStart(otherBytes - 4, '0')}`;
}

export interface SiteEvent {
  readonly atMs: number;
  readonly anonymousId: string;
  readonly value: Buffer;
}

/** In the order of their times. */
export function* evenEvents({
  events,
  pages,
  startMs,
  historyMs,
  first = 0,
}: EvenSite): Generator<SiteEvent> {
  const random = seededRandom(seed + first);
  const draw = (name: keyof typeof others): string => otherText(name, Math.floor(random() * others[name]));
  for (let i = 0; i < events; i += 1) {
    const atMs = startMs + Math.floor((i * historyMs) / events);
    const anonymousId = `visitor-${first + i}`;
    const timestamp = new Date(atMs).toISOString();
    const event = {
      ...{ v: 1, messageId: `m-${first + i}`, type: 'page', siteId: benchSite, anonymousId },
      ...{ timestamp, receivedAt: timestamp },
      properties: { path: pageText(Math.floor(random() * pages)), referrer: `https://${draw('referrers')}/` },
      context: {
        ...{ browser: draw('browsers'), device: draw('devices'), os: draw('systems') },
        ...{ country: draw('countries'), channel: draw('channels') },
        campaign: { source: draw('sources'), name: draw('campaigns') },
      },
    };
    yield { atMs, anonymousId, value: Buffer.from(JSON.stringify(event)) };
  }
}

/** What the memory formula is told of it. */
export function loadOf(site: EvenSite): TopicLoad {
  const { topic, partitions, events, pages, historyMs, batchRecords } = site;
  const eventsPerSecond = (events * SECOND_MS) / historyMs;
  const arrivalsIn = (ms: number): number => (eventsPerSecond * Math.min(ms, historyMs)) / SECOND_MS;
  const none = Object.fromEntries(EXTRA_NAMES.map((name) => [name, 0])) as SiteLoad['extrasPerEvent'];
  const values = { ...none, ...others, events: 0, pages } as Record<Dimension, number>;
  const bytes = Object.fromEntries(
    [...LABEL_NAMES, ...EXTRA_NAMES].map((name) => [name, name === 'pages' ? pageBytes : otherBytes]),
  ) as SiteLoad['valueBytes'];
  return {
    topic,
    partitions,
    sites: 1,
    historyMs,
    commitMs: (batchRecords * partitions * SECOND_MS) / eventsPerSecond,
    site: {
      name: benchSite,
      eventsPerSecond,
      botsPerSecond: 0,
      trackShare: 0,
      extrasPerEvent: none,
      visitors: { minute: arrivalsIn(MINUTE_MS), hour: arrivalsIn(HOUR_MS), day: arrivalsIn(DAY_MS) },
      liveVisitors: arrivalsIn(liveKeptMs),
      allTimeVisitors: events,
      values,
      valueBytes: bytes,
    },
  };
}
