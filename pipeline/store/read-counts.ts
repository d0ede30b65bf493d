/** Count hashes and dimension hashes, from Redis' answers to what core merges. */
import { DIMENSION_NAMES, DIMENSIONS, type Dimension } from '../core/dimensions';
import type { DimensionCounts } from '../core/merge-dimensions';
import type { Placement } from '../core/merge-visitors';
import type { SiteCounts, VisitorCount } from '../core/snapshot';
import { COUNT, FIELD } from './keys';
import type { ReadCommand } from './read-commands';

export interface CellCounts extends Placement, SiteCounts {
  /** The exact set is gone, since it grew too large. */
  readonly isPromoted: boolean;
  /** Number of visitors once the bucket is sealed. The exact set is gone then, too. */
  readonly sealed: VisitorCount | undefined;
  /** Differs whenever anything in the cell differs: whatever is counted raises `views`, `events`, `engagements` or `bots`. */
  readonly version: string;
}

const fields = [
  COUNT.views,
  COUNT.events,
  COUNT.bots,
  COUNT.engagements,
  COUNT.engagedMs,
  COUNT.scrolled,
  COUNT.unite,
  COUNT.parts,
  COUNT.promoted,
  COUNT.visitors,
  COUNT.visitorsExact,
] as const;

/** Version of a cell in which nothing was counted. */
export const EMPTY_VERSION = fields.map(() => '').join();

export function countsCommand(key: string): ReadCommand {
  return ['HMGET', key, ...fields];
}

export function decodeCounts(reply: unknown): CellCounts {
  const values = reply as readonly (string | null)[];
  const [views, events, bots, engagements, engagedMs, scrolled, ...rest] = values;
  const [unite, parts, promoted, visitors, visitorsExact] = rest;
  return {
    views: Number(views ?? 0),
    events: Number(events ?? 0),
    bots: Number(bots ?? 0),
    engagements: Number(engagements ?? 0),
    engagedMs: Number(engagedMs ?? 0),
    scrolled: Number(scrolled ?? 0),
    unite: unite === '1',
    partitionCount: parts === null || parts === undefined ? undefined : Number(parts),
    isPromoted: promoted === '1',
    sealed:
      visitors === null || visitors === undefined
        ? undefined
        : { count: Number(visitors), exact: visitorsExact === '1' },
    version: values.join(),
  };
}

const dimensionByCode = new Map<string, Dimension>(
  DIMENSION_NAMES.map((dimension) => [DIMENSIONS[dimension].code, dimension]),
);

interface GrowingCounts {
  readonly values: string[];
  readonly counts: number[];
  /** Values held before. */
  readonly before: readonly string[];
  other: number;
}

/**
 * Fields are `<code>=<value>`, `<code>*` and `<code>#` (keys.ts: FIELD); codes hold no `=`, so that the first one ends the code.
 * `before`: what was held of the same cell; strings that it holds in the same place are kept, which spares memory and hashing.
 */
export function decodeDimensions(reply: unknown, before?: DimensionCounts): DimensionCounts {
  const flat = reply as readonly string[];
  const all = new Map<Dimension, GrowingCounts>();
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const field = flat[i] as string;
    const equals = field.indexOf('=');
    const code = equals < 0 ? field.slice(0, -1) : field.slice(0, equals);
    const dimension = dimensionByCode.get(code);
    if (dimension === undefined || field === FIELD.held(code)) continue;
    let growing = all.get(dimension);
    if (growing === undefined) {
      growing = { values: [], counts: [], before: before?.get(dimension)?.values ?? [], other: 0 };
      all.set(dimension, growing);
    }
    const count = Number(flat[i + 1]);
    if (equals < 0) {
      growing.other += count;
    } else {
      const value = field.slice(equals + 1);
      const known = growing.before[growing.values.length];
      growing.values.push(known === value ? known : value);
      growing.counts.push(count);
    }
  }
  return new Map(
    Array.from(all, ([dimension, { values, counts, other }]) => [dimension, { values, counts, other }]),
  );
}

/** How many values are held in memory for it. */
export function countValues(dimensions: DimensionCounts): number {
  let count = 0;
  for (const { values } of dimensions.values()) count += values.length;
  return count;
}
