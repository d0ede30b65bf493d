import type { RebuildingPartition } from '../../pipeline/core/snapshot';
import { describeStopped, partitionLines } from '../../web/partitions';

test('a stopped partition is said in words, with what to do', () => {
  expect(describeStopped({ partition: 3, state: 'behind', next: 1_200, waitingFrom: 1_250 })).toBe(
    'Partition 3 waits for repair since offset 1,200 (50 offsets are missing): run npm run repair.',
  );
  expect(describeStopped({ partition: 3, state: 'behind', next: 0 })).toBe(
    'Partition 3 waits for repair since offset 0: run npm run repair.',
  );
  expect(describeStopped({ partition: 0, state: 'torn', next: 9 })).toContain('must be rebuilt');
  expect(describeStopped({ partition: 4, state: 'wrong_log', next: 12_000 })).toBe(
    'Partition 4: its log is not the one that was counted up to offset 12,000; nothing more is counted. It must be rebuilt.',
  );
});

const past: RebuildingPartition = {
  partition: 1,
  cause: 'past',
  counted: 1_204_113,
  total: 10_034_224,
  percent: 12,
  isAtWork: true,
};

const linesOf = (...given: Parameters<typeof partitionLines>): readonly string[] =>
  partitionLines(...given).map(({ text, progress }) => `${text} ${progress}`.trim());

test('what is counted anew is said with how far it is, by partition', () => {
  const torn: RebuildingPartition = {
    ...past,
    partition: 0,
    cause: 'torn',
    counted: 43,
    total: 100,
    percent: 43,
  };

  expect(linesOf([], [past, torn])).toEqual([
    'Partition 0 is torn (a commit broke off half-way), and being counted anew. Until then its numbers stand still. 43 % (43 of 100 records)',
    'Partition 1 was too far behind and is counted live; its past is being counted. Until then older numbers lack its share. 12 % (1,204,113 of 10,034,224 records)',
  ]);
});

test('a partition that is torn and being counted anew has one line', () => {
  const torn: RebuildingPartition = { ...past, cause: 'torn' };

  expect(partitionLines([{ partition: 1, state: 'torn', next: 9 }], [torn])).toHaveLength(1);
  expect(partitionLines([{ partition: 2, state: 'torn', next: 9 }], [torn])).toHaveLength(2);
});

test('a partition that waits although its past is being counted has both lines', () => {
  expect(linesOf([{ partition: 1, state: 'behind', next: 10, waitingFrom: 20 }], [past])).toHaveLength(2);
});

test('repair at work on what is missing is said with how far it is', () => {
  const repair = { counted: 4_300, total: 10_000, percent: 43 };

  expect(linesOf([{ partition: 3, state: 'behind', next: 4_300, waitingFrom: 10_000, repair }], [])).toEqual([
    'Partition 3 is being repaired: records are missing. 43 % (4,300 of 10,000 records)',
  ]);
});

test('a rebuild that somebody asked for is no alarm, and one that was left is not called under way', () => {
  const [atWork] = partitionLines([], [{ ...past, cause: 'asked' }]);
  const [left] = partitionLines([], [{ ...past, cause: 'asked', isAtWork: false }]);

  expect(atWork).toMatchObject({
    text: 'Partition 1 is being rebuilt. What is shown goes on.',
    isAlarm: false,
  });
  expect(left?.text).toBe(
    'Partition 1: a rebuild was begun and left; npm run rebuild goes on with it. What is shown goes on.',
  );
});
