/** Collects what was compared, by kind, and each cell that differs. */
import { printable } from './printable';

export interface Difference {
  readonly partition: number;
  /** `minute 2026-01-15T12:00:00Z demo views`. */
  readonly cell: string;
  readonly log: string;
  readonly store: string;
}

export type CellValue = string | number | undefined;

/** A set may differ in thousands of members: this many are named, the rest is counted. */
const namedMax = 5;

export class Comparison {
  readonly cells = new Map<string, number>();
  readonly differences: Difference[] = [];
  /** What was left out, and why. */
  readonly skipped = new Map<string, number>();

  constructor(readonly partition: number) {}

  skip(reason: string): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1);
  }

  count(kind: string, cells = 1): void {
    this.cells.set(kind, (this.cells.get(kind) ?? 0) + cells);
  }

  differ(cell: string, log: CellValue, store: CellValue): void {
    this.differences.push({ partition: this.partition, cell, log: show(log), store: show(store) });
  }

  /** One cell; undefined stands for "not there". */
  equal(kind: string, cell: string, log: CellValue, store: CellValue): void {
    this.count(kind);
    if (log !== store) this.differ(cell, log, store);
  }

  /** One cell for each key of either; what is absent counts as `absent`. */
  equalMaps(
    kind: string,
    cell: string,
    log: ReadonlyMap<string, CellValue>,
    store: ReadonlyMap<string, CellValue>,
    absent: CellValue = undefined,
  ): void {
    for (const key of new Set([...log.keys(), ...store.keys()])) {
      this.equal(kind, `${cell} ${key}`, log.get(key) ?? absent, store.get(key) ?? absent);
    }
  }

  /** One cell for each member of either. */
  equalSets(kind: string, cell: string, log: ReadonlySet<string>, store: ReadonlySet<string>): void {
    const missing = [...log].filter((member) => !store.has(member));
    const surplus = [...store].filter((member) => !log.has(member));
    this.count(kind, log.size + surplus.length);
    const name = (members: readonly string[], inLog: boolean): void => {
      for (const member of members.slice(0, namedMax)) {
        this.differ(`${cell} ${member}`, inLog ? 'there' : 'not there', inLog ? 'not there' : 'there');
      }
      const more = members.length - namedMax;
      if (more > 0)
        this.differ(`${cell} and ${more} more`, inLog ? 'there' : 'not there', inLog ? 'not there' : 'there');
    };
    name(missing, true);
    name(surplus, false);
  }
}

function show(value: CellValue): string {
  return value === undefined ? 'nothing' : printable(String(value));
}
