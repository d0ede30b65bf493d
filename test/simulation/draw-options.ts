/** What is drawn once for a history. Each history leaves out some kinds of operations, so that the others meet more often. */
import type { Population } from './drawn-record';
import type { Bounds } from './faulty-wire';
import type { OperationKind } from './operation';
import type { Random } from './random';

/** Rebuilds that are held up are drawn apart (draw-history.ts). */
export type WeightedKind = Exclude<OperationKind, 'begin rebuild'>;

export interface HistoryOptions {
  readonly operations: number;
  readonly partitions: number;
  readonly population: Population;
  /** Records of a batch at most. */
  readonly batchMax: number;
  /** Records that one fetch of repair answers at most. */
  readonly fetchedMax: number;
  /** Log time at the beginning, ms. */
  readonly startMs: number;
  readonly wallAheadMs: number;
  /** SITES=*; else a list. */
  readonly anySite: boolean;
  /** The consumer reports failed partitions; else it fails whole batches. */
  readonly reportsFailures: boolean;
  /** Undefined: the product's own. */
  readonly bounds: Bounds | undefined;
  /** How often each kind of operation is drawn, against the others. */
  readonly weights: Readonly<Record<WeightedKind, number>>;
}

const HOUR = 3_600_000;

/** How often each kind comes where it comes at all. */
const usual: Readonly<Record<WeightedKind, number>> = {
  produce: 30,
  resend: 6,
  holes: 3,
  advance: 5,
  'wall clock': 1,
  deliver: 14,
  'deliver all': 4,
  duplicate: 4,
  overlap: 4,
  split: 3,
  bisect: 2,
  'give up': 2,
  begin: 10,
  'late twin': 5,
  'begin repair': 3,
  step: 24,
  finish: 6,
  repair: 4,
  rebuild: 1,
  'flush scripts': 2,
  'fail over': 4,
  'break off': 1,
  'out of memory': 2,
  retention: 3,
  grow: 1,
};

/** Without these there is no history. */
const always: readonly WeightedKind[] = ['produce', 'deliver'];

function drawBounds(random: Random): Bounds {
  return {
    exactVisitors: random.between(2, 6),
    liveVisitors: random.between(2, 6),
    feed: random.between(3, 10),
    rejects: random.between(1, 4),
    values: {
      minute: random.between(2, 5),
      hour: random.between(2, 6),
      day: random.between(2, 6),
      pages: random.between(3, 8),
    },
  };
}

function drawWeights(random: Random): HistoryOptions['weights'] {
  const share = random.oneOf([0.5, 0.8, 1]);
  const entries = Object.entries(usual).map(([kind, weight]) => {
    const comes = always.includes(kind as WeightedKind) || random.chance(share);
    return [kind, comes ? weight * random.oneOf([1, 1, 4]) : 0] as const;
  });
  return Object.fromEntries(entries) as HistoryOptions['weights'];
}

export function drawOptions(random: Random): HistoryOptions {
  return {
    operations: random.between(8, 70),
    partitions: random.between(1, 3),
    population: {
      visitors: random.oneOf([2, 5, 12]),
      messageIds: random.oneOf([4, 15, 60]),
      paths: random.oneOf([2, 6, 14]),
    },
    batchMax: random.oneOf([1, 4, 12, 30]),
    fetchedMax: random.oneOf([1, 3, 100]),
    // Half a minute into a minute, or about a midnight.
    startMs: random.oneOf([Date.UTC(2026, 0, 15, 12, 0, 30), Date.UTC(2026, 1, 28, 23, 58, 0)]),
    wallAheadMs: random.oneOf([0, 3 * HOUR, 30 * HOUR]),
    anySite: random.chance(0.2),
    reportsFailures: random.chance(0.5),
    bounds: random.chance(0.4) ? drawBounds(random) : undefined,
    weights: drawWeights(random),
  };
}

/** For a person, in a few lines. */
export function describeOptions(options: HistoryOptions): string {
  const { weights, population, bounds, startMs, wallAheadMs, ...plain } = options;
  const without = Object.entries(weights).filter(([, weight]) => weight === 0);
  const fields = Object.entries(plain).map(([name, value]) => `${name} ${value}`);
  const people = `visitors ${population.visitors}, messageIds ${population.messageIds}, paths ${population.paths}`;
  return [
    [...fields, people].join(', '),
    `log time from ${new Date(startMs).toISOString()}, wall clock ${wallAheadMs / HOUR} h ahead`,
    `bounds ${bounds === undefined ? "the product's own" : JSON.stringify(bounds).replaceAll('"', '')}`,
    `without ${without.map(([kind]) => kind).join(', ') || 'nothing'}`,
  ].join('\n');
}
