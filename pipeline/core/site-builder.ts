/** What a run means for one site, while it is being folded: cells by minute, and at the end the buckets they add up to. */
import { addTo, type Cell, countEvent, newCell, newCounts, spreadLabels, valuesOf } from './cell';
import type { ClickEvent } from './event';
import { FeedBuilder } from './feed';
import { GRAIN_NAMES, GRAINS, type Grain } from './grains';
import { MINUTE_MS } from './limits';
import { PlaceUnion } from './place-union';
import type { Bucket, Counts, SeenVisitor, SiteRollUp } from './roll-up';
import { bucketStart } from './time-bucket';

interface Visitor extends SeenVisitor {
  /** Among the site's visitors. */
  readonly place: number;
  readonly foreign: boolean;
  /** The newest that has the visitor: mostly that of the next event, too. */
  cell: Cell | undefined;
}

/** Whether an event is late or skewed, as its buckets count it. */
export interface Lateness {
  readonly late: boolean;
  readonly skewed: boolean;
}

export class SiteBuilder {
  private readonly cells = new Map<number, Cell>();
  private readonly visitors = new Map<string, Visitor>();
  private readonly feed = new FeedBuilder();
  private cell: Cell | undefined;

  /** `isForeign`: whether the visitor's records belong in another partition than this one. */
  constructor(private readonly isForeign: (anonymousId: string) => boolean) {}

  countBot(atMs: number, open: number): void {
    this.cellOf(atMs, open).counts.bots++;
  }

  countEvent(
    event: ClickEvent,
    atMs: number,
    open: number,
    offset: number,
    { late, skewed }: Lateness,
  ): void {
    const cell = this.cellOf(atMs, open);
    countEvent(cell, event, atMs);
    if (late) cell.counts.late++;
    if (skewed) cell.counts.skewed++;
    const visitor = this.see(event.anonymousId, atMs);
    if (visitor.foreign) cell.unite = true;
    if (visitor.cell !== cell) {
      cell.visitors.push(visitor.place);
      visitor.cell = cell;
    }
    if (event.type !== 'engagement') this.feed.add(event, atMs, offset);
  }

  build(): SiteRollUp {
    const parts = new Map<string, BucketParts>();
    const seconds = new Map<number, Map<number, number>>();
    const allTime = { counts: newCounts(), pages: new Map<string, number>(), unite: false };
    for (const cell of this.cells.values()) {
      spreadLabels(cell);
      // The finest grains close first: an event too old for its minute may still fit its hour.
      for (const grain of GRAIN_NAMES.slice(GRAIN_NAMES.length - cell.open)) addPart(parts, grain, cell);
      if (cell.open === GRAIN_NAMES.length && cell.counts.views > 0)
        seconds.set(cell.startMs, viewsBySecond(cell));
      addCounts(allTime.counts, cell.counts);
      for (const [path, views] of cell.dimensions.get('pages') ?? []) addTo(allTime.pages, path, views);
      allTime.unite ||= cell.unite;
    }
    const visitors = [...this.visitors.values()];
    const union = new PlaceUnion(visitors.length);
    const buckets = new Map(Array.from(parts, ([key, of]) => [key, sumUp(of, union)]));
    return { visitors, buckets, seconds, allTime, feed: this.feed.items() };
  }

  private cellOf(atMs: number, open: number): Cell {
    const startMs = bucketStart(atMs, MINUTE_MS);
    if (this.cell?.startMs === startMs && this.cell.open === open) return this.cell;
    const key = startMs + open; // Minutes are whole, so the few milliseconds of `open` keep cells apart.
    let cell = this.cells.get(key);
    if (cell === undefined) {
      cell = newCell(startMs, open);
      this.cells.set(key, cell);
    }
    this.cell = cell;
    return cell;
  }

  private see(anonymousId: string, atMs: number): Visitor {
    let visitor = this.visitors.get(anonymousId);
    if (visitor === undefined) {
      const place = this.visitors.size;
      visitor = {
        anonymousId,
        lastSeenMs: atMs,
        place,
        foreign: this.isForeign(anonymousId),
        cell: undefined,
      };
      this.visitors.set(anonymousId, visitor);
    } else if (atMs > visitor.lastSeenMs) {
      visitor.lastSeenMs = atMs;
    }
    return visitor;
  }
}

function addCounts(sum: Counts, counts: Counts): void {
  sum.views += counts.views;
  sum.events += counts.events;
  sum.bots += counts.bots;
  sum.late += counts.late;
  sum.skewed += counts.skewed;
  sum.engagements += counts.engagements;
  sum.engagedMs += counts.engagedMs;
  sum.scrolled += counts.scrolled;
}

function viewsBySecond({ seconds }: Cell): Map<number, number> {
  return new Map([...seconds.entries()].filter(([, views]) => views > 0));
}

interface BucketParts {
  readonly grain: Grain;
  readonly startMs: number;
  readonly cells: Cell[];
}

function addPart(parts: Map<string, BucketParts>, grain: Grain, cell: Cell): void {
  const { code, lengthMs } = GRAINS[grain];
  const startMs = bucketStart(cell.startMs, lengthMs);
  const key = `${code}${startMs}`;
  const found = parts.get(key);
  if (found === undefined) parts.set(key, { grain, startMs, cells: [cell] });
  else found.cells.push(cell);
}

function sumUp({ grain, startMs, cells }: BucketParts, union: PlaceUnion): Bucket {
  const counts = newCounts();
  const dimensions: Cell['dimensions'] = new Map();
  for (const cell of cells) {
    addCounts(counts, cell.counts);
    for (const [name, values] of cell.dimensions) {
      const sums = valuesOf(dimensions, name);
      for (const [value, count] of values) addTo(sums, value, count);
    }
  }
  const visitors = union.of(cells.map((cell) => cell.visitors));
  return { grain, startMs, counts, dimensions, visitors, unite: cells.some((cell) => cell.unite) };
}
