/** The answer that all contestants owe: views by page of all time and of each minute, and the visitors of each minute. */

/** Views by page. */
export type Views = ReadonlyMap<string, number>;

/** What a contestant has left in Redis. Minutes by their start, ms. */
export interface Counted {
  readonly pages: Views;
  readonly minutes: ReadonlyMap<number, Views>;
  readonly visitors: ReadonlyMap<number, number>;
}

export interface Verdict {
  readonly compared: number;
  readonly differing: number;
  /** Events that the views of all time have too often, and that they lack. */
  readonly tooOften: number;
  readonly lost: number;
}

/** Visitors may be estimated: a HyperLogLog of Redis has a standard error of 0.81 %, and this is five of them. */
export const visitorErrorMax = 0.04;

function addTo(views: Map<string, number>, page: string): void {
  views.set(page, (views.get(page) ?? 0) + 1);
}

/** The right answer, counted event by event as the work is made. Visitors are numbers below `visitorsMax`. */
export class Answer implements Counted {
  readonly pages = new Map<string, number>();
  readonly minutes = new Map<number, Map<string, number>>();
  readonly visitors = new Map<number, number>();
  private readonly seen = new Map<number, Uint8Array>();

  constructor(private readonly visitorsMax: number) {}

  add(page: string, minuteMs: number, visitor: number): void {
    let views = this.minutes.get(minuteMs);
    let seen = this.seen.get(minuteMs);
    if (views === undefined || seen === undefined) {
      views = new Map();
      seen = new Uint8Array(this.visitorsMax);
      this.minutes.set(minuteMs, views);
      this.seen.set(minuteMs, seen);
    }
    addTo(this.pages, page);
    addTo(views, page);
    if (seen[visitor] === 1) return;
    seen[visitor] = 1;
    this.visitors.set(minuteMs, (this.visitors.get(minuteMs) ?? 0) + 1);
  }
}

/** What is counted too often is positive, what is lost negative; cells in which both agree are not named. */
function deviations(
  right: Views,
  found: Views,
): { readonly compared: number; readonly by: readonly number[] } {
  const names = new Set([...right.keys(), ...found.keys()]);
  const by = Array.from(names, (name) => (found.get(name) ?? 0) - (right.get(name) ?? 0));
  return { compared: names.size, by: by.filter((n) => n !== 0) };
}

/** Compares cell by cell: one for each page and for each page of a minute, and one for the visitors of a minute. */
export function compareAnswers(right: Counted, found: Counted): Verdict {
  const pages = deviations(right.pages, found.pages);
  let { compared } = pages;
  let differing = pages.by.length;
  for (const minuteMs of new Set([...right.minutes.keys(), ...found.minutes.keys()])) {
    const views = deviations(
      right.minutes.get(minuteMs) ?? new Map(),
      found.minutes.get(minuteMs) ?? new Map(),
    );
    const visitors = right.visitors.get(minuteMs) ?? 0;
    const isOff = Math.abs((found.visitors.get(minuteMs) ?? 0) - visitors) > visitors * visitorErrorMax;
    compared += views.compared + 1;
    differing += views.by.length + (isOff ? 1 : 0);
  }
  const sum = (sign: 1 | -1): number => pages.by.reduce((total, n) => total + Math.max(0, sign * n), 0);
  return { compared, differing, tooOften: sum(1), lost: sum(-1) };
}
