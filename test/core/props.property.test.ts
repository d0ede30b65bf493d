import fc from 'fast-check';
import { DimensionTally, type ValueCounts } from '../../pipeline/core/merge-dimensions';
import {
  mergeProps,
  propEventsShownMax,
  propKeysShownMax,
  propValuesShownMax,
} from '../../pipeline/core/merge-props';
import { joinPropKey, splitProp } from '../../pipeline/core/props';

const text = fc.string({ unit: 'binary', maxLength: 12 }).map((drawn) => drawn.toWellFormed());
const hostile = fc.oneof(text, fc.constantFrom('', '1,2:', '=', '*', '#', '__proto__', '3,4:abcdefg'));

test('event, key and value come back, whatever visitors put in', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (event, key, value) => {
      expect(splitProp(joinPropKey(event, key) + value)).toEqual({ event, key, value });
    }),
    { numRuns: 500 },
  );
});

test('no two different ones are one text', () => {
  fc.assert(
    fc.property(fc.tuple(hostile, hostile, hostile), fc.tuple(hostile, hostile, hostile), (a, b) => {
      const join = ([event, key, value]: [string, string, string]) => joinPropKey(event, key) + value;
      expect(join(a) === join(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
    { numRuns: 500 },
  );
});

test.each(['', '(other)', '1,2', '9,9:ab', 'a,b:cd'])('%p is no prop', (other) => {
  expect(splitProp(other)).toBeUndefined();
});

function countsOf(pairs: readonly (readonly [string, number])[]): ValueCounts {
  return { values: pairs.map(([value]) => value), counts: pairs.map(([, count]) => count), other: 0 };
}

function tallyOf(
  keys: readonly (readonly [string, number])[],
  props: readonly (readonly [string, number])[],
): DimensionTally {
  const tally = new DimensionTally();
  tally.hold(
    new Map([
      [
        'part',
        new Map([
          ['propKeys', countsOf(keys)],
          ['props', countsOf(props)],
        ] as const),
      ],
    ]),
  );
  return tally;
}

test('values stand with their key, the most frequent first, and what is not shown as (other)', () => {
  const plan = joinPropKey('sign_up', 'plan');
  const author = joinPropKey('', 'author');
  const values = ['a', 'b', 'c', 'd', 'e', 'f'].map((value, i) => [plan + value, 10 - i] as const);

  const shown = mergeProps(
    tallyOf(
      [
        [plan, 50],
        [author, 3],
      ],
      [...values, [`${author}ada`, 3]],
    ),
  );

  expect(shown.map(({ event }) => event)).toEqual(['sign_up', null]);
  expect(shown[0]?.keys).toEqual([
    {
      key: 'plan',
      count: 50,
      values: [
        ...['a', 'b', 'c', 'd', 'e'].map((value, i) => ({ value, count: 10 - i })),
        { value: '(other)', count: 10, other: true },
      ],
    },
  ]);
  expect(shown[1]?.keys).toEqual([{ key: 'author', count: 3, values: [{ value: 'ada', count: 3 }] }]);
});

test('a flood of keys and values shows no more than the page has room for', () => {
  const key = (i: number): string => joinPropKey(`event ${i % 40}`, `key ${i}`);
  const many = Array.from({ length: 3_000 }, (_, i) => i);

  const shown = mergeProps(
    tallyOf(
      many.map((i) => [key(i), 2]),
      many.flatMap((i) => [0, 1].map((n) => [`${key(i)}${n}`, 1] as const)),
    ),
  );

  expect(shown).toHaveLength(propEventsShownMax);
  for (const { keys } of shown) {
    expect(keys).toHaveLength(propKeysShownMax);
    for (const { values } of keys) expect(values.length).toBeLessThanOrEqual(propValuesShownMax + 1);
  }
});
