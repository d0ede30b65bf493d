/** A cell: what a run means for one minute of event time of one site. The only place where an event is counted. */
import { countExtras } from './count-extras';
import { type Dimension, LABEL_NAMES, LABELS } from './dimensions';
import type { ClickEvent, EventContext, EventPage } from './event';
import { SECOND_MS } from './limits';
import type { Counts } from './roll-up';

export interface Cell {
  readonly startMs: number;
  /** How many grains still took its events (time-bucket.ts): 3 minute, hour, day; 2 hour, day; 1 day; 0 all-time only. */
  readonly open: number;
  readonly counts: Counts;
  /** Of extras, and of labels once these are spread out. */
  readonly dimensions: Map<Dimension, Map<string, number>>;
  /** Page views by what they have in common with others, and custom events by name. */
  readonly pages: Map<EventPage, number>;
  readonly contexts: Map<EventContext, number>;
  readonly names: Map<string, number>;
  readonly visitors: Set<string>;
  /** Second of the minute -> views. */
  readonly seconds: Map<number, number>;
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
    pages: new Map(),
    contexts: new Map(),
    names: new Map(),
    visitors: new Set(),
    seconds: new Map(),
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
    addTo(cell.seconds, Math.floor((atMs - cell.startMs) / SECOND_MS), 1);
    addTo(cell.pages, event.page, 1);
    addTo(cell.contexts, event.context, 1);
  } else if (event.type === 'track') {
    cell.counts.events++;
    addTo(cell.names, event.event as string, 1);
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
  counts: ReadonlyMap<K, number>,
  labelOf: (key: K) => string | undefined,
): void {
  for (const [key, count] of counts) {
    const value = labelOf(key);
    if (value !== undefined) addTo(valuesOf(cell.dimensions, name), value, count);
  }
}
