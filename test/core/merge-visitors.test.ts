import { addVisitors, mustUnite, uniteMembers } from '../../pipeline/core/merge-visitors';

const nobody = { partitionCount: undefined, unite: false };
const ofEight = { partitionCount: 8, unite: false };

test('visitors of shards add up where each lies in the partition of its key', () => {
  expect(mustUnite([ofEight, ofEight, nobody])).toBe(false);
  expect(
    addVisitors([
      { count: 3, exact: true },
      { count: 4, exact: true },
    ]),
  ).toEqual({ count: 7, exact: true });
});

test('a single shard has nobody to share visitors with', () => {
  expect(mustUnite([{ partitionCount: 8, unite: true }, nobody])).toBe(false);
});

test('a visitor in a foreign partition may be in others as well', () => {
  expect(mustUnite([{ partitionCount: 8, unite: true }, ofEight])).toBe(true);
});

test('a visitor that was placed by another partition count may be in others as well', () => {
  expect(mustUnite([{ partitionCount: 4, unite: false }, ofEight])).toBe(true);
});

test('a sum is exact if each of its parts is', () => {
  expect(
    addVisitors([
      { count: 3, exact: true },
      { count: 4_000, exact: false },
    ]),
  ).toEqual({ count: 4_003, exact: false });
  expect(
    addVisitors([
      { count: 3, exact: true },
      { count: 0, exact: false },
    ]),
  ).toEqual({ count: 3, exact: true });
  expect(addVisitors([])).toEqual({ count: 0, exact: true });
});

test('members of several shards count once', () => {
  expect(uniteMembers([['1', '2'], ['2', '3'], []])).toEqual({ count: 3, exact: true });
});
