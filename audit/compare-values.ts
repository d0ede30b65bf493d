/**
 * Compares the values of one dimension. While none had to give way, each count is a cell. Where some gave way, a value may
 * have gone and come back: then the sum is held to the log, and each count to what the log can have given it.
 */
import type { Comparison } from './comparison';

interface StoredValues {
  readonly counts: ReadonlyMap<string, number>;
  readonly other: number | undefined;
  readonly held: number | undefined;
}

/** Letters of the dimensions in a hash, whatever they are. */
export function codesIn(fields: ReadonlyMap<string, string>): Set<string> {
  return new Set([...fields.keys()].map((field) => field.slice(0, 1)));
}

function storedValues(fields: ReadonlyMap<string, string>, code: string): StoredValues {
  const counts = new Map<string, number>();
  for (const [field, count] of fields) {
    if (field.startsWith(`${code}=`)) counts.set(field.slice(code.length + 1), Number(count));
  }
  const numberOr = (field: string): number | undefined =>
    fields.has(field) ? Number(fields.get(field)) : undefined;
  return { counts, other: numberOr(`${code}*`), held: numberOr(`${code}#`) };
}

function sum(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}

export interface ComparedValues {
  readonly kind: string;
  readonly cell: string;
  /** Letter of the dimension. */
  readonly code: string;
  readonly log: ReadonlyMap<string, number>;
  /** To be added to those of the log: fields of a base. */
  readonly before?: ReadonlyMap<string, number>;
  readonly fields: ReadonlyMap<string, string>;
  readonly valuesMax: number;
}

function addUp({ log, before = new Map() }: ComparedValues, code: string): Map<string, number> {
  const all = new Map(log);
  for (const [field, count] of before) {
    if (!field.startsWith(`${code}=`)) continue;
    const value = field.slice(code.length + 1);
    all.set(value, (all.get(value) ?? 0) + count);
  }
  return all;
}

export function compareValues(comparison: Comparison, compared: ComparedValues): void {
  const { kind, cell, code, fields, valuesMax, before } = compared;
  const store = storedValues(fields, code);
  const log = addUp(compared, code);
  const given = before?.get(`${code}*`);
  const isWhole = given === undefined;
  const differing = comparison.differences.length;
  if (isWhole && log.size <= valuesMax) {
    comparison.equal(kind, `${cell} (other)`, undefined, store.other);
    comparison.equalMaps(kind, cell, log, store.counts, 0);
  } else {
    const total = sum(log) + (given ?? 0);
    comparison.equal(`${kind}, capped`, `${cell} sum`, total, sum(store.counts) + (store.other ?? 0));
    if (store.other === undefined) comparison.differ(`${cell} (other)`, 'some gave way', undefined);
    if (store.counts.size > valuesMax) {
      comparison.differ(`${cell} values held`, `at most ${valuesMax}`, store.counts.size);
    }
    for (const [value, count] of store.counts) {
      comparison.count(`${kind}, capped`);
      const most = isWhole ? (log.get(value) ?? 0) : total;
      if (count < 1 || count > most) comparison.differ(`${cell} ${value}`, `1 to ${most}`, count);
    }
  }
  comparison.count(kind);
  // A value too many or too few is named above; the number of values is a cell of its own only while they are right.
  if (comparison.differences.length > differing) return;
  if (store.counts.size !== (store.held ?? 0)) {
    comparison.differ(`${cell} values held`, store.counts.size, store.held ?? 0);
  }
}
