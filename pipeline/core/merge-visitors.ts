/**
 * Visitors of several shards as one number. In the normal case a visitor's records all lie in one partition, so that shards'
 * numbers add up. Where that does not hold (docs/counting.md, `unite`), members or registers must be united instead.
 */
import { estimateCount, mergeRegisters, type Registers } from './hyperloglog';
import type { VisitorCount } from './snapshot';

export const NO_VISITORS: VisitorCount = { count: 0, exact: true };

/** How a shard placed the visitors that it counted. */
export interface Placement {
  /** Undefined where the shard has counted nobody. */
  readonly partitionCount: number | undefined;
  /** Some visitor here is in a foreign partition. */
  readonly unite: boolean;
}

/** True where one visitor may have been counted by more than one shard. */
export function mustUnite(placements: readonly Placement[]): boolean {
  const placed = placements.filter(({ partitionCount }) => partitionCount !== undefined);
  if (placed.length < 2) return false;
  const first = placed[0]?.partitionCount;
  return placed.some(({ partitionCount, unite }) => unite || partitionCount !== first);
}

export function addVisitors(counts: readonly VisitorCount[]): VisitorCount {
  let count = 0;
  let exact = true;
  for (const part of counts) {
    count += part.count;
    // A shard without visitors has none whatever its HyperLogLog is worth.
    if (part.count > 0 && !part.exact) exact = false;
  }
  return { count, exact };
}

export function uniteMembers(sets: readonly (readonly string[])[]): VisitorCount {
  const united = new Set<string>();
  for (const members of sets) for (const member of members) united.add(member);
  return { count: united.size, exact: true };
}

export function uniteRegisters(all: readonly Registers[]): VisitorCount {
  const count = estimateCount(mergeRegisters(all));
  return { count, exact: count === 0 };
}
