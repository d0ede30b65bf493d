/** What a topic is asked to carry, and what of it meets in one bucket of one shard: the formula's input (memory-formula.ts). */
import { type Dimension, type ExtraDimension, isExtra, LABELS } from '../core/dimensions';
import type { Grain } from '../core/grains';

/** All numbers are of the site, over all shards; rates are means, as if traffic came evenly. */
export interface SiteLoad {
  readonly name: string;
  /** Counted events (page views and custom events) a second. */
  readonly eventsPerSecond: number;
  /** Share of custom events in them, 0 to 1. */
  readonly trackShare: number;
  readonly botsPerSecond: number;
  /**
   * How often a dimension of extras is added to: by a page view those of engagement, by a custom event all others. An engagement event adds
   * to both of its dimensions, and comes on top of `eventsPerSecond`.
   */
  readonly extrasPerEvent: Readonly<Record<ExtraDimension, number>>;
  /** Different visitors in a minute, an hour, a day. */
  readonly visitors: Readonly<Record<Grain, number>>;
  /** Different visitors in the last 35 minutes. */
  readonly liveVisitors: number;
  readonly allTimeVisitors: number;
  /** Different values that a dimension has at all; in a bucket they come up evenly. */
  readonly values: Readonly<Record<Dimension, number>>;
  /** Mean length of a value, UTF-8. */
  readonly valueBytes: Readonly<Record<Dimension, number>>;
}

export interface TopicLoad {
  readonly topic: string;
  readonly partitions: number;
  /** Sites that carry `site` each. */
  readonly sites: number;
  readonly site: SiteLoad;
  /** How long the topic has been counted: older buckets are not there yet. */
  readonly historyMs: number;
  /** Log time between two commits of a shard. */
  readonly commitMs: number;
}

/** What meets in one bucket of one shard. */
export interface BucketFill {
  readonly visitors: number;
  readonly views: number;
  readonly tracks: number;
  readonly engagements: number;
  readonly bots: number;
}

/** Mean fill of a stretch of time of one shard. `visitors`: of the site in that stretch. */
export function fillOf(load: TopicLoad, lengthMs: number, visitors: number): BucketFill {
  const { eventsPerSecond, trackShare, botsPerSecond, extrasPerEvent } = load.site;
  const seconds = lengthMs / 1_000 / load.partitions;
  const views = eventsPerSecond * seconds * (1 - trackShare);
  return {
    visitors: visitors / load.partitions,
    views,
    engagements: views * extrasPerEvent.engagedTimes,
    tracks: eventsPerSecond * seconds * trackShare,
    bots: botsPerSecond * seconds,
  };
}

export function scaledFill(fill: BucketFill, by: number): BucketFill {
  return {
    visitors: fill.visitors * by,
    views: fill.views * by,
    tracks: fill.tracks * by,
    engagements: fill.engagements * by,
    bots: fill.bots * by,
  };
}

/** How often the dimension is added to. */
export function additionsOf({ extrasPerEvent }: SiteLoad, name: Dimension, fill: BucketFill): number {
  if (!isExtra(name)) return LABELS[name].of === 'page' ? fill.views : fill.tracks;
  const isOfViews = name === 'engagedTimes' || name === 'scrollDepths';
  return (isOfViews ? fill.views : fill.tracks) * extrasPerEvent[name];
}

/** Above this, a Poisson spread is narrow enough to be taken at a grid of points. */
const exactMeanMax = 200;
const gridPoints = 41;
const gridDeviations = 4;

/**
 * Mean of `of(n)` where n is spread as Poisson with this mean: how arrivals fall into buckets and shards. So a bucket that may be
 * empty takes its share of nothing, and structures that change their form at some count do so here and there.
 */
export function meanOver(mean: number, of: (n: number) => number): number {
  let sum = 0;
  if (mean <= exactMeanMax) {
    let weight = Math.exp(-mean);
    for (let n = 0; n < mean + 10 * Math.sqrt(mean) + 20; weight *= mean / ++n) {
      if (weight > 0) sum += weight * of(n);
    }
    return sum;
  }
  let weights = 0;
  for (let i = 0; i < gridPoints; i++) {
    const deviations = gridDeviations * ((2 * i) / (gridPoints - 1) - 1);
    const weight = Math.exp(-(deviations ** 2) / 2);
    sum += weight * of(Math.round(mean + deviations * Math.sqrt(mean)));
    weights += weight;
  }
  return sum / weights;
}
