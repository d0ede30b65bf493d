import { courseOf, describeCourse, flatViolations, type MemoryCourse } from '../../faults/memory-watch';

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

test('memory is flat where the second half needs at most 64 MiB or a tenth more than the first', () => {
  expect(flatViolations(courseOfPeaks(100, 164))).toEqual([]);
  expect(flatViolations(courseOfPeaks(100, 165))).toEqual([
    'memory is not flat: 165 MiB in the second half, at most 164 may be',
  ]);
  expect(flatViolations(courseOfPeaks(1_000, 1_100))).toEqual([]);
  expect(flatViolations(courseOfPeaks(1_000, 1_101))).toHaveLength(1);
  expect(flatViolations(courseOfPeaks(300, 100))).toEqual([]);
});

test('where the system tells nothing, that is said', () => {
  expect(courseOf([])).toBeUndefined();
  expect(describeCourse(undefined)).toContain('not told');
});
