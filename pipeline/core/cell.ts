/** A cell: what a run means for one minute of event time of one site. The only place where an event is counted. */
import { countExtras } from './count-extras';
import { type Dimension, LABEL_NAMES, LABELS } from './dimensions';
import type { ClickEvent } from './event';
import { SECOND_MS } from './limits';
import type { Counts } from './roll-up';

export interface Cell {
  readonly startMs: number;
  /** How many grains still took its events (time-bucket.ts): 3 minute, hour, day; 2 hour, day; 1 day; 0 all-time only. */
  readonly open: number;
  readonly counts: Counts;
  readonly dimensions: Map<Dimension, Map<string, number>>;
  readonly visitors: Set<string>;
  /** Second of the minute -> views. */
  readonly seconds: Map<number, number>;
  unite: boolean;
}

const rowsOf = {
  page: LABEL_NAMES.filter((name) => LABELS[name].of === 'page'),
  track: LABEL_NAMES.filter((name) => LABELS[name].of === 'track'),
  engagement: [],
};

export function newCounts(): Counts {
  return { views: 0, events: 0, bots: 0, late: 0, skewed: 0, engagements: 0, engagedMs: 0, scrolled: 0 };
}

export function newCell(startMs: number, open: number): Cell {
  return {
    startMs,
    open,
    counts: newCounts(),
    dimensions: new Map(),
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
  } else if (event.type === 'track') {
    cell.counts.events++;
  }
  if (event.extras !== undefined) countExtras(cell, event, event.extras);
  for (const name of rowsOf[event.type]) {
    const value = LABELS[name].value(event);
    if (value !== undefined) addTo(valuesOf(cell.dimensions, name), value, 1);
  }
  cell.visitors.add(event.anonymousId);
}
