/** A topic of one site that takes so many events a second; what it does not bound is as large as can be. */
import { DIMENSION_NAMES, type Dimension } from '../../pipeline/core/dimensions';
import { DAY_MS } from '../../pipeline/core/limits';
import type { TopicLoad } from '../../pipeline/store/memory-load';

const each = (n: number): Readonly<Record<Dimension, number>> =>
  Object.fromEntries(DIMENSION_NAMES.map((name) => [name, n])) as Record<Dimension, number>;

export function topicOfRate(eventsPerSecond: number): TopicLoad {
  return {
    topic: 'clicks',
    partitions: 8,
    sites: 1,
    site: {
      name: 'demo',
      eventsPerSecond,
      trackShare: 0.5,
      botsPerSecond: 0,
      extrasPerEvent: each(0),
      visitors: { minute: Infinity, hour: Infinity, day: Infinity },
      liveVisitors: Infinity,
      allTimeVisitors: Infinity,
      values: each(Infinity),
      valueBytes: each(16),
    },
    historyMs: DAY_MS,
    commitMs: 1_000,
  };
}
