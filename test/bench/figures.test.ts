import { figuresOf, latencyFigures, median, percentile } from '../../bench/figures';

test('a percentile is a value that was measured, by nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(percentile(values, 0.5)).toBe(50);
  expect(percentile(values, 0.99)).toBe(99);
  expect(percentile(values, 1)).toBe(100);
  expect(percentile([7], 0.01)).toBe(7);
});

test('the median of an even number of values is the mean of the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
});

test('nothing measured is an error, and not a figure', () => {
  expect(() => median([])).toThrow('no values');
  expect(() => percentile([], 0.5)).toThrow('no values');
  expect(() => latencyFigures('event to API', [])).toThrow('no values');
});

test('a figure that no run could measure is left out; one that some could has theirs', () => {
  const runs: { rate: number; kafka: number | undefined; redis: number | undefined }[] = [
    { rate: 10, kafka: undefined, redis: 3 },
    { rate: 20, kafka: undefined, redis: undefined },
  ];
  expect(
    figuresOf(runs, [
      ['rate', 'counted', 'events/s'],
      ['kafka', 'Kafka CPU', 'us/event'],
      ['redis', 'Redis CPU', 'us/event'],
    ]),
  ).toEqual([
    { name: 'counted', unit: 'events/s', values: [10, 20] },
    { name: 'Redis CPU', unit: 'us/event', values: [3] },
  ]);
});
