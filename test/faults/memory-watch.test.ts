import { courseOf, describeCourse, isFlat, type MemoryCourse, slackMiB } from '../../faults/memory-watch';

const courseOfPeaks = (first: number, second: number): MemoryCourse =>
  courseOf([50, first, 60, 55, second, 58]) as MemoryCourse;

test('a course tells start, median, peak and the peaks of both halves', () => {
  expect(courseOf([10, 40, 20, 30, 50])).toEqual({
    samples: 5,
    startMiB: 10,
    medianMiB: 30,
    peakMiB: 50,
    halvesMiB: [40, 50],
  });
});

test('memory is flat where the second half needs no more than the slack above the first', () => {
  expect(isFlat(courseOfPeaks(100, 100 + slackMiB))).toBe(true);
  expect(isFlat(courseOfPeaks(100, 101 + slackMiB))).toBe(false);
  expect(isFlat(courseOfPeaks(300, 100))).toBe(true);
});

test('where the system tells nothing, that is said', () => {
  expect(courseOf([])).toBeUndefined();
  expect(describeCourse(undefined)).toContain('not told');
});
