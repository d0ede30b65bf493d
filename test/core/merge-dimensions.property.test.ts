import fc from 'fast-check';
import { type DimensionCounts, DimensionTally } from '../../pipeline/core/merge-dimensions';
import type { ValueCount } from '../../pipeline/core/snapshot';

type Pages = Readonly<Record<string, number>>;

function part(pages: Pages, other = 0): DimensionCounts {
  return new Map([['pages', { values: Object.keys(pages), counts: Object.values(pages), other }]]);
}

function tallyOf(...parts: readonly DimensionCounts[]): DimensionTally {
  const tally = new DimensionTally();
  tally.hold(new Map(parts.map((it, i) => [String(i), it])));
  return tally;
}

test('parts are summed, the largest come first, ties by value', () => {
  const tally = tallyOf(part({ '/a': 1, '/c': 5, '/b': 5 }), part({ '/a': 3, '/d': 1 }));

  expect(tally.top('pages', 3)).toEqual([
    { value: '/b', count: 5 },
    { value: '/c', count: 5 },
    { value: '/a', count: 4 },
    { value: '(other)', count: 1, other: true },
  ]);
});

test('"(other)" is what is not shown and what gave way, and is there only if that is something', () => {
  expect(tallyOf(part({ '/a': 1 }, 7)).top('pages', 10)).toEqual([
    { value: '/a', count: 1 },
    { value: '(other)', count: 7, other: true },
  ]);
  expect(tallyOf(part({ '/a': 1 })).top('pages', 10)).toEqual([{ value: '/a', count: 1 }]);
  expect(tallyOf().top('browsers', 10)).toEqual([]);
});

test('a page that is called "(other)" is not taken for it', () => {
  expect(tallyOf(part({ '(other)': 2 }, 1)).top('pages', 10)).toEqual([
    { value: '(other)', count: 2 },
    { value: '(other)', count: 1, other: true },
  ]);
});

test('a total that is known better decides what is "(other)"', () => {
  expect(tallyOf(part({ '/a': 2 })).top('pages', 10, 5)).toEqual([
    { value: '/a', count: 2 },
    { value: '(other)', count: 3, other: true },
  ]);
});

const anyPart = fc
  .record({
    pages: fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__'),
      fc.integer({ min: 1, max: 9 }),
    ),
    other: fc.nat({ max: 3 }),
  })
  .map(({ pages, other }) => part(pages, other));
const anyHolding = fc.dictionary(fc.constantFrom('m1', 'm2', 'm3'), anyPart);

/** Sum, sort, cut: by the book. */
function naiveTop(parts: readonly DimensionCounts[], max: number): ValueCount[] {
  const all = new Map<string, number>();
  let total = 0;
  for (const of of parts) {
    for (const { values, counts, other } of of.values()) {
      total += other;
      values.forEach((value, i) => {
        all.set(value, (all.get(value) ?? 0) + (counts[i] ?? 0));
        total += counts[i] ?? 0;
      });
    }
  }
  const top = Array.from(all, ([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, max);
  const rest = total - top.reduce((sum, { count }) => sum + count, 0);
  return rest > 0 ? [...top, { value: '(other)', count: rest, other: true }] : top;
}

test('however parts come, change and go, the sum is that over the parts held now', () => {
  fc.assert(
    fc.property(
      fc.array(anyHolding, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 6 }),
      (holdings, max) => {
        const tally = new DimensionTally();
        for (const holding of holdings) {
          const parts = new Map(Object.entries(holding));
          tally.hold(parts);
          expect(tally.top('pages', max)).toEqual(naiveTop([...parts.values()], max));
        }
      },
    ),
  );
});
