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

export function compareValues(
  comparison: Comparison,
  kind: string,
  cell: string,
  code: string,
  log: ReadonlyMap<string, number>,
  fields: ReadonlyMap<string, string>,
  valuesMax: number,
): void {
  const store = storedValues(fields, code);
  comparison.equal(kind, `${cell} values held`, store.counts.size, store.held ?? 0);
  if (log.size <= valuesMax) {
    comparison.equal(kind, `${cell} (other)`, undefined, store.other);
    comparison.equalMaps(kind, cell, log, store.counts, 0);
    return;
  }
  comparison.equal(`${kind}, capped`, `${cell} sum`, sum(log), sum(store.counts) + (store.other ?? 0));
  if (store.other === undefined) comparison.differ(`${cell} (other)`, 'some gave way', undefined);
  if (store.counts.size > valuesMax) {
    comparison.differ(`${cell} values held`, `at most ${valuesMax}`, store.counts.size);
  }
  for (const [value, count] of store.counts) {
    comparison.count(`${kind}, capped`);
    const most = log.get(value) ?? 0;
    if (count < 1 || count > most) comparison.differ(`${cell} ${value}`, `1 to ${most}`, count);
  }
}
