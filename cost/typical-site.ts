/** A site in steady state, for the memory formula: what visitors and values come with a number of visitors. */
import { DIMENSION_NAMES, type Dimension, EXTRA_NAMES } from '../pipeline/core/dimensions';
import { DAY_MS, HOUR_MS, liveKeptMs, MINUTE_MS } from '../pipeline/core/limits';
import { DEFAULT_SITE } from '../pipeline/settings';
import type { SiteLoad } from '../pipeline/store/memory-load';

export const eventsPerVisit = 5;
const visitMs = 3 * MINUTE_MS;
const daySeconds = DAY_MS / 1_000;

export const valueBytes: Readonly<Record<Dimension, number>> = {
  pages: 30,
  referrers: 18,
  sources: 10,
  campaigns: 12,
  events: 10,
  browsers: 8,
  devices: 7,
  systems: 8,
  countries: 2,
  channels: 6,
  outbound: 30,
  downloads: 30,
  propKeys: 22,
  props: 32,
  engagedTimes: 30,
  scrollDepths: 30,
  purchases: 3,
  revenueThousands: 3,
  revenueRest: 3,
};

/** Page views and custom events without props: what extras take is told beside the tables of docs/scaling.md. */
const extrasPerEvent = Object.fromEntries(EXTRA_NAMES.map((name) => [name, 0])) as SiteLoad['extrasPerEvent'];

export interface DistinctValues {
  readonly pages: number;
  readonly others: number;
}

export const largeSiteValues: DistinctValues = { pages: 100_000, others: 200 };

/** A visitor comes once a day, makes five events in three minutes, and every second day is back. */
export function siteOf(visitorsPerDay: number, values: DistinctValues, historyMs: number): SiteLoad {
  const eventsPerSecond = (eventsPerVisit * visitorsPerDay) / daySeconds;
  const arrivalsIn = (ms: number) => (visitorsPerDay * ms) / DAY_MS;
  return {
    name: DEFAULT_SITE,
    eventsPerSecond,
    trackShare: 0.1,
    botsPerSecond: 0.1 * eventsPerSecond,
    extrasPerEvent,
    visitors: {
      minute: arrivalsIn(MINUTE_MS + visitMs),
      hour: arrivalsIn(HOUR_MS + visitMs),
      day: visitorsPerDay,
    },
    liveVisitors: arrivalsIn(liveKeptMs + visitMs),
    allTimeVisitors: (visitorsPerDay * historyMs) / DAY_MS / 2,
    values: {
      ...(Object.fromEntries(DIMENSION_NAMES.map((name) => [name, values.others])) as Record<
        Dimension,
        number
      >),
      pages: values.pages,
      ...{ engagedTimes: values.pages, scrollDepths: values.pages },
      ...{ browsers: 8, devices: 3, systems: 8, channels: 8 },
      ...{ purchases: 2, revenueThousands: 2, revenueRest: 2 },
    },
    valueBytes,
  };
}
