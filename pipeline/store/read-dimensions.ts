/**
 * Dimensions of a cell as they are held between two answers. Usually they are read whole when the cell has changed. The
 * all-time pages of a large site are tens of thousands, change each second, and are shown by their first hundred: there
 * only the likely ones are asked for, and all of them once in a while, which is when a page that has risen gets into the list.
 */
import { DIMENSIONS } from '../core/dimensions';
import type { DimensionCounts, ValueCounts } from '../core/merge-dimensions';
import { FIELD } from './keys';
import type { Cell, CellReading } from './read-cells';
import type { ReadCommand } from './read-commands';
import { countValues, decodeDimensions } from './read-counts';

export interface HeldDimensions {
  readonly base: DimensionCounts;
  readonly baseVersion: string;
  readonly readAtMs: number;
  /** What the likely pages have gained since `base` was read: to be added to it. */
  readonly likely: { readonly gains: DimensionCounts; readonly version: string } | undefined;
}

/** Pages of one shard up to which all are read at each change: as many cost a millisecond or two. */
export const pagesReadWholeMax = 1_000;
/** How often all pages are read where there are more. */
export const pagesReadWholeEveryMs = 10_000;

export type DimensionNeed = 'nothing' | 'likely' | 'all';

export function needOf(cell: Cell, { counts, dimensions }: CellReading, nowMs: number): DimensionNeed {
  if (!cell.wantsDimensions) return 'nothing';
  if (dimensions === undefined) return 'all';
  if (dimensions.baseVersion === counts.version) return 'nothing';
  const ageMs = nowMs - dimensions.readAtMs;
  const mayPick =
    cell.likelyPages !== undefined &&
    cell.likelyPages.length > 0 &&
    ageMs >= 0 &&
    ageMs < pagesReadWholeEveryMs &&
    countValues(dimensions.base) > pagesReadWholeMax;
  if (!mayPick) return 'all';
  return dimensions.likely?.version === counts.version ? 'nothing' : 'likely';
}

/** Their replies, one behind the other, are what holdDimensions takes. */
export function dimensionsCommands(cell: Cell, need: DimensionNeed): readonly ReadCommand[] {
  if (need === 'nothing') return [];
  if (need === 'all') {
    const extras: ReadCommand[] = cell.extrasKey === undefined ? [] : [['HGETALL', cell.extrasKey]];
    return [['HGETALL', cell.dimensionsKey], ...extras];
  }
  const { code } = DIMENSIONS.pages;
  return [['HMGET', cell.dimensionsKey, ...(cell.likelyPages ?? []).map((page) => FIELD.value(code, page))]];
}

/** Where each page of a base is; made once, since a base is used for seconds. */
const places = new WeakMap<ValueCounts, ReadonlyMap<string, number>>();

function countIn(pages: ValueCounts | undefined, page: string): number {
  if (pages === undefined) return 0;
  let place = places.get(pages);
  if (place === undefined) {
    place = new Map(pages.values.map((value, i) => [value, i]));
    places.set(pages, place);
  }
  return pages.counts[place.get(page) ?? -1] ?? 0;
}

function gainsOver(base: DimensionCounts, likelyPages: readonly string[], reply: unknown): DimensionCounts {
  const before = base.get('pages');
  const counts = (reply as readonly (string | null)[]).map(
    (count, i) => Number(count ?? 0) - countIn(before, likelyPages[i] as string),
  );
  return new Map([['pages', { values: likelyPages, counts, other: 0 }]]);
}

/** What is held after the replies to dimensionsCommands. */
export function holdDimensions(
  held: HeldDimensions | undefined,
  need: 'likely' | 'all',
  cell: Cell,
  reply: unknown,
  version: string,
  nowMs: number,
): HeldDimensions {
  if (need === 'all' || held === undefined) {
    return {
      base: decodeDimensions(reply, held?.base),
      baseVersion: version,
      readAtMs: nowMs,
      likely: undefined,
    };
  }
  const gains = gainsOver(held.base, cell.likelyPages ?? [], reply);
  return { ...held, likely: { gains, version } };
}
