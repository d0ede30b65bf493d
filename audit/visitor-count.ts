/** Counts up the visitors of a bucket: how many, and what a HyperLogLog fed with them holds and estimates. */
import type { CountedVisitors } from './recount-bucket';
import { exactVisitorsMax } from './rules';
import type { Scratch } from './scratch';
import type { VisitorSet } from './visitor-set';

export async function countVisitors(
  scratch: Scratch,
  visitors: VisitorSet,
  keepsRegisters: boolean,
): Promise<CountedVisitors> {
  const size = visitors.size;
  if (size === 0 || (size <= exactVisitorsMax && !keepsRegisters)) return { size };
  const { registers, count } = await scratch.feed(visitors);
  return { size, registers, estimate: count };
}
