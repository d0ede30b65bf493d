/** A cell: what a run means for one minute of event time of one site. The only place where an event is counted. */
import { countExtras } from './count-extras';
import { type Dimension, LABEL_NAMES, LABELS } from './dimensions';
import type { ClickEvent, EventContext, EventPage } from './event';
import { MINUTE_MS, SECOND_MS } from './limits';
import type { Counts } from './roll-up';

/** How often something was there. A key that is known costs one look-up, where a map of numbers takes two. */
export class Tally<K> {
  private readonly counts = new Map<K, { n: number }>();

  add(key: K): void {
    const count = this.counts.get(key);
    if (count === undefined) this.counts.set(key, { n: 1 });
    else count.n += 1;
  }

  *[Symbol.iterator](): Generator<readonly [K, number]> {
    for (const [key, { n }] of this.counts) yield [key, n];
  }
}

export interface Cell {
  readonly startMs: number;
  /** How many grains still took its events (time-bucket.ts): 3 minute, hour, day; 2 hour, day; 1 day; 0 all-time only. */
  readonly open: number;
  readonly counts: Counts;
  /** Of extras, and of labels once these are spread out. */
  readonly dimensions: Map<Dimension, Map<string, number>>;
  /** Page views by what they have in common with others, and custom events by name. */
  readonly pages: Tally<EventPage>;
  readonly contexts: Tally<EventContext>;
  readonly names: Tally<string>;
  /** Places of its visitors in the site's list; one that comes back from another cell may stand here twice. */
  readonly visitors: number[];
  /** Views of each second of the minute. */
  readonly seconds: number[];
  unite: boolean;
}

export function newCounts(): Counts {
  return { views: 0, events: 0, bots: 0, late: 0, skewed: 0, engagements: 0, engagedMs: 0, scrolled: 0 };
}

export function newCell(startMs: number, open: number): Cell {
  return {
    startMs,
    open,
    counts: newCounts(),
    dimensions: new Map(),
    pages: new Tally(),
    contexts: new Tally(),
    names: new Tally(),
    visitors: [],
    seconds: new Array<number>(MINUTE_MS / SECOND_MS).fill(0),
    unite: false,
  };
}

export function addTo<K>(counts: Map<K, number>, key: K, increment: number): void {
  counts.set(key, (counts.get(key) ?? 0) + increment);
}

/** The values of a dimension, made where there are none yet. */
export function valuesOf(dimensions: Cell['dimensions'], name: Dimension): Map<string, number> {
  let values = dimensions.get(name);
  if (values === undefined) {
    values = new Map();
    dimensions.set(name, values);
  }
  return values;
}

/** Counts one event that is neither bot nor duplicate, at event time `atMs` within the cell's minute. */
export function countEvent(cell: Cell, event: ClickEvent, atMs: number): void {
  if (event.type === 'page') {
    cell.counts.views++;
    const second = Math.floor((atMs - cell.startMs) / SECOND_MS);
    cell.seconds[second] = (cell.seconds[second] as number) + 1;
    cell.pages.add(event.page);
    cell.contexts.add(event.context);
  } else if (event.type === 'track') {
    cell.counts.events++;
    cell.names.add(event.event as string);
  }
  if (event.extras !== undefined) countExtras(cell, event, event.extras);
}

/** Labels by value, out of what the cell's events have in common. */
export function spreadLabels(cell: Cell): void {
  for (const name of LABEL_NAMES) {
    const row = LABELS[name];
    if (row.from === 'page') spread(cell, name, cell.pages, row.value);
    else if (row.from === 'context') spread(cell, name, cell.contexts, row.value);
    else spread(cell, name, cell.names, (event) => event);
  }
}

function spread<K>(
  cell: Cell,
  name: Dimension,
  counts: Tally<K>,
  labelOf: (key: K) => string | undefined,
): void {
  for (const [key, count] of counts) {
    const value = labelOf(key);
    if (value !== undefined) addTo(valuesOf(cell.dimensions, name), value, count);
  }
}
