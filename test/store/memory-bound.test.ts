/** The bound of a young topic: it has not yet had the time to fill all buckets that are kept. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import { boundMemory } from '../../pipeline/store/memory-bound';
import type { MemoryEstimate } from '../../pipeline/store/memory-formula';
import type { TopicLoad } from '../../pipeline/store/memory-load';
import { topicOfRate } from '../support/topic-of-rate';

function boundAfter(historyMs: number, changes: Partial<TopicLoad> = {}): MemoryEstimate {
  return boundMemory({ ...topicOfRate(100), historyMs, ...changes });
}

function keysOf(bound: MemoryEstimate, part: string): number {
  return bound.parts.find((row) => row.part === part)?.keys ?? 0;
}

test('it rises with the history, and stays once all that is kept is there', () => {
  const bounds = [MINUTE_MS, HOUR_MS, DAY_MS, 40 * DAY_MS, 400 * DAY_MS].map(
    (historyMs) => boundAfter(historyMs).totalBytes,
  );
  expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
  expect(new Set(bounds).size).toBe(bounds.length);
  expect(boundAfter(4_000 * DAY_MS).totalBytes).toBe(bounds.at(-1));
});

test('late events reach buckets from before the start: 25 h of hours, 49 h of days, 10 min of minutes', () => {
  const bound = boundAfter(HOUR_MS, { partitions: 1 });
  // Those reached, the open one, and one for clocks that are ahead; minutes five.
  expect(keysOf(bound, 'hour counts')).toBe(26 + 2);
  expect(keysOf(bound, 'day counts')).toBe(3 + 2);
  expect(keysOf(bound, 'minute counts')).toBe(70 + 6);
});

test('marks are no more than were written since the start', () => {
  const marksOf = (historyMs: number) =>
    boundAfter(historyMs).parts.find(({ part }) => part === 'marks')?.bytes ?? 0;
  expect(marksOf(10_000)).toBeLessThan(marksOf(DAY_MS) / 20);
  expect(marksOf(20 * MINUTE_MS)).toBe(marksOf(DAY_MS));
});
