import { type BuildingState, listRebuilding, progressOf } from '../../pipeline/core/rebuild-progress';
import { shardState } from '../support/build-shard-state';

test('progress is of offsets from the start, never done and never below nothing', () => {
  expect(progressOf(0, 43, 100)).toEqual({ counted: 43, total: 100, percent: 43 });
  expect(progressOf(50, 99, 150)).toEqual({ counted: 49, total: 100, percent: 49 });
  expect(progressOf(0, 100, 100)).toEqual({ counted: 100, total: 100, percent: 99 });
  expect(progressOf(0, 120, 100)).toEqual({ counted: 100, total: 100, percent: 99 });
  expect(progressOf(9, 9, 9)).toEqual({ counted: 0, total: 0, percent: 99 });
});

const building = (changes: Partial<BuildingState> = {}): BuildingState => ({
  partition: 0,
  offsets: { start: 0, next: 25 },
  targetOffset: undefined,
  isAtWork: true,
  ...changes,
});

test.each([
  ['past', { start: 70 }],
  ['torn', { isTorn: true }],
  ['wrong_log', { isWrongLog: true }],
  ['switch', { movedTo: 2 }],
  ['asked', {}],
] as const)('%s is told from the shard that is shown', (cause, changes) => {
  expect(listRebuilding([shardState(changes)], [building()])).toMatchObject([{ partition: 0, cause }]);
});

test('it goes up to where the shown one is, or to what was noted where that is of another log', () => {
  expect(listRebuilding([shardState()], [building({ targetOffset: 9_999 })])).toMatchObject([
    { counted: 25, total: 100, percent: 25 },
  ]);
  const wrong = shardState({ isWrongLog: true });
  expect(listRebuilding([wrong], [building({ targetOffset: 50 })])).toMatchObject([
    { counted: 25, total: 50, percent: 50 },
  ]);
  expect(listRebuilding([wrong], [building()])).toMatchObject([{ counted: 25, total: 25, percent: 0 }]);
  expect(listRebuilding([], [building({ targetOffset: 50 })])).toMatchObject([
    { cause: 'asked', percent: 50 },
  ]);
});

test('one that is noted and not begun stands at nothing', () => {
  const live = shardState({ start: 70 });
  expect(listRebuilding([live], [building({ offsets: undefined })])).toMatchObject([
    { cause: 'past', counted: 0, total: 100, percent: 0 },
  ]);
});

test('partitions come by number, each once', () => {
  const all = [building({ partition: 4 }), building({ partition: 2 })];
  expect(listRebuilding([], all).map(({ partition }) => partition)).toEqual([2, 4]);
});
