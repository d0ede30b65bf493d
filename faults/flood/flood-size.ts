/** How large a flood is, and how much memory Redis may take for it: reckoned beforehand, from limits and the numbers here alone. */
import { DIMENSION_NAMES, type Dimension } from '../../pipeline/core/dimensions';
import { sitesMax } from '../../pipeline/core/limits';
import { boundMemory } from '../../pipeline/store/memory-bound';
import type { MemoryEstimate } from '../../pipeline/store/memory-formula';
import { FLOOD_VALUE_BYTES, realSite } from './flood-records';

export interface FloodSize {
  /** Records of the flood of values. */
  readonly records: number;
  /** Records of the flood of sites. */
  readonly siteRecords: number;
  /** They are written no faster: marks grow with the rate. */
  readonly perSecondMax: number;
  /** Writing one of the floods takes no longer, log time. */
  readonly hoursMax: number;
}

export const FLOOD_SIZES = {
  short: { records: 100_000, siteRecords: 20_000, perSecondMax: 10_000, hoursMax: 1 / 6 },
  whole: { records: 10_526_320, siteRecords: 200_000, perSecondMax: 20_000, hoursMax: 2 },
} as const satisfies Record<string, FloodSize>;

export const partitions = 8;
/** As they are called in the flood of sites; the real one is shorter. */
export const junkSite = (name: string): string => `site-${name}`;
const junkSiteLength = junkSite('0000000').length;

function ofAll(value: number): Record<Dimension, number> {
  return Object.fromEntries(DIMENSION_NAMES.map((name) => [name, value])) as Record<Dimension, number>;
}

/** `listed`: one site is counted. Else as many as are let in, each with all that a site can have. */
export function floodBound(topic: string, size: FloodSize, isListed: boolean): MemoryEstimate {
  const sites = isListed ? 1 : sitesMax;
  const historyMs = size.hoursMax * 3_600_000;
  return boundMemory(
    {
      topic,
      partitions,
      sites,
      site: {
        name: isListed ? realSite : 'x'.repeat(junkSiteLength),
        eventsPerSecond: size.perSecondMax / sites,
        botsPerSecond: 0,
        trackShare: 0.5,
        visitors: { minute: Infinity, hour: Infinity, day: Infinity },
        liveVisitors: Infinity,
        allTimeVisitors: Infinity,
        extrasPerEvent: ofAll(0),
        values: ofAll(Infinity),
        valueBytes: FLOOD_VALUE_BYTES,
      },
      historyMs,
      commitMs: 1_000,
    },
    FLOOD_VALUE_BYTES,
  );
}
