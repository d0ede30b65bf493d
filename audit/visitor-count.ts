/** Counts up the visitors of a bucket: how many, and what a HyperLogLog fed with them holds and estimates. */
import type { CountedVisitors } from './recount-bucket';
import { exactVisitorsMax } from './rules';
import type { Scratch } from './scratch';

export async function countVisitors(
  scratch: Scratch,
  visitors: ReadonlySet<number>,
  digests: readonly string[],
  keepsRegisters: boolean,
): Promise<CountedVisitors> {
  const size = visitors.size;
  if (size === 0 || (size <= exactVisitorsMax && !keepsRegisters)) return { size };
  const { registers, count } = await scratch.feed(
    Array.from(visitors, (number) => digests[number] as string),
  );
  return { size, registers, estimate: count };
}
