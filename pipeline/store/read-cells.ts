/**
 * Cells (the buckets of a site, and its all-time counts) are read in two steps. First only their counts, few and small; they
 * are the cell's version. Then what hangs on them (visitors, dimensions) of those cells alone whose version is another than
 * the one held. A cell that is closed for good is not asked again at all. So a page that asks each second costs what has
 * changed in that second.
 */
import type { DimensionCounts } from '../core/merge-dimensions';
import { NO_VISITORS } from '../core/merge-visitors';
import type { VisitorCount } from '../core/snapshot';
import { visitorHllKey, visitorSetKey } from './keys';
import { BoundedCache } from './read-cache';
import { type ReadCommand, readAtOneMoment } from './read-commands';
import { type CellCounts, countsCommand, countValues, decodeCounts, EMPTY_VERSION } from './read-counts';
import { dimensionsCommands, type HeldDimensions, holdDimensions, needOf } from './read-dimensions';
import type { RedisClient } from './redis-client';

export interface Cell {
  /** Of the bucket, within its shard. */
  readonly name: string;
  readonly key: string;
  readonly dimensionsKey: string;
  /** Undefined of the all-time cell, which has none. */
  readonly extrasKey: string | undefined;
  /** Log time after which nothing can change any more. */
  readonly closesAtMs: number;
  readonly wantsVisitors: boolean;
  readonly wantsDimensions: boolean;
  /** Pages that may be asked one by one where there are too many to ask for all; for the all-time cell. */
  readonly likelyPages?: readonly string[];
}

/** What is held of a cell. The same object as long as nothing in it has changed. */
export interface CellReading {
  readonly key: string;
  readonly counts: CellCounts;
  readonly isFinal: boolean;
  /** Undefined where nobody asked. */
  readonly visitors: VisitorCount | undefined;
  readonly dimensions: HeldDimensions | undefined;
}

/** A reading without dimensions, in values. */
const weightOfCounts = 8;
const NOTHING: DimensionCounts = new Map();

/** What the counts alone tell of the visitors. */
function visitorsByCounts({ sealed, version }: CellCounts): VisitorCount | undefined {
  return version === EMPTY_VERSION ? NO_VISITORS : sealed;
}

function readingOf(cell: Cell, counts: CellCounts, held: CellReading | undefined): CellReading {
  const isEmpty = counts.version === EMPTY_VERSION;
  const isSame = held?.counts.version === counts.version;
  return {
    key: cell.key,
    counts,
    isFinal: false,
    visitors: visitorsByCounts(counts) ?? (isSame ? held?.visitors : undefined),
    dimensions: isEmpty
      ? { base: NOTHING, baseVersion: counts.version, readAtMs: 0, likely: undefined }
      : held?.dimensions,
  };
}

function needsVisitors(cell: Cell, reading: CellReading): boolean {
  return cell.wantsVisitors && reading.visitors === undefined;
}

function isComplete(cell: Cell, reading: CellReading, nowMs: number): boolean {
  return !needsVisitors(cell, reading) && needOf(cell, reading, nowMs) === 'nothing';
}

function detailCommands(cell: Cell, reading: CellReading, nowMs: number): ReadCommand[] {
  const commands = [countsCommand(cell.key)];
  if (needsVisitors(cell, reading)) {
    const { isPromoted } = reading.counts;
    commands.push(isPromoted ? ['PFCOUNT', visitorHllKey(cell.key)] : ['SCARD', visitorSetKey(cell.key)]);
  }
  return [...commands, ...dimensionsCommands(cell, needOf(cell, reading, nowMs))];
}

/** Takes the replies to detailCommands off the front of `replies`. */
function applyDetails(cell: Cell, reading: CellReading, nowMs: number, replies: unknown[]): CellReading {
  const need = needOf(cell, reading, nowMs);
  const counts = decodeCounts(replies.shift());
  let visitors = visitorsByCounts(counts);
  if (needsVisitors(cell, reading)) {
    const count = Number(replies.shift());
    // Promoted since the counts were read: the set that was asked is gone, and the HyperLogLog is asked in the next round.
    if (counts.isPromoted === reading.counts.isPromoted) visitors ??= { count, exact: !counts.isPromoted };
  } else if (counts.version === reading.counts.version) {
    visitors ??= reading.visitors;
  }
  const dimensions =
    need === 'nothing'
      ? reading.dimensions
      : holdDimensions(
          reading.dimensions,
          need,
          cell,
          replies.splice(0, dimensionsCommands(cell, need).length).flat(),
          counts.version,
          nowMs,
        );
  return { key: cell.key, counts, isFinal: false, visitors, dimensions };
}

export interface ReadingMoment {
  /** Rises when everything held of the shard is void. */
  readonly epoch: number;
  readonly logTimeMs: number;
  readonly nowMs: number;
}

export class CellReader {
  private readonly cache: BoundedCache<CellReading>;

  constructor(
    private readonly redis: RedisClient,
    /** Values held in memory, about 60 bytes each. */
    valuesMax: number,
  ) {
    this.cache = new BoundedCache(valuesMax);
  }

  /** What is held of each cell; true whatever has been committed since where it is final. */
  held(cells: readonly Cell[], epoch: number): (CellReading | undefined)[] {
    return cells.map((cell) => this.cache.get(`${epoch} ${cell.key}`));
  }

  /**
   * Readings of all cells of one shard, by name. `held`: what was held when `counts` were asked for; `counts`: one for each
   * cell, undefined where a final reading is held. `logTimeMs`: the shard's, read before the counts.
   */
  async complete(
    cells: readonly Cell[],
    held: readonly (CellReading | undefined)[],
    counts: readonly (CellCounts | undefined)[],
    { epoch, logTimeMs, nowMs }: ReadingMoment,
  ): Promise<Map<string, CellReading>> {
    const readings = cells.map((cell, i) => {
      const read = counts[i];
      return read === undefined ? (held[i] as CellReading) : readingOf(cell, read, held[i]);
    });
    for (;;) {
      const open = cells.flatMap((cell, i) => (isComplete(cell, readings[i] as CellReading, nowMs) ? [] : i));
      if (open.length === 0) break;
      const of = (i: number): [Cell, CellReading] => [cells[i] as Cell, readings[i] as CellReading];
      const replies = await readAtOneMoment(
        this.redis,
        open.flatMap((i) => detailCommands(...of(i), nowMs)),
      );
      for (const i of open) readings[i] = applyDetails(...of(i), nowMs, replies);
    }
    return new Map(
      cells.map((cell, i) => {
        const isFinal = logTimeMs > cell.closesAtMs;
        return [cell.name, this.keep(epoch, { ...(readings[i] as CellReading), isFinal }, held[i])];
      }),
    );
  }

  /** Keeps the object that is held already where it says the same. */
  private keep(epoch: number, reading: CellReading, held: CellReading | undefined): CellReading {
    const { counts, isFinal, visitors, dimensions } = reading;
    const isSame =
      held !== undefined &&
      held.counts.version === counts.version &&
      held.isFinal === isFinal &&
      held.visitors === visitors &&
      held.dimensions === dimensions;
    if (isSame) return held;
    const weight = weightOfCounts + (dimensions === undefined ? 0 : countValues(dimensions.base));
    this.cache.set(`${epoch} ${reading.key}`, reading, weight);
    return reading;
  }
}
