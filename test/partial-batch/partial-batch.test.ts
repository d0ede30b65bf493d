import fc from 'fast-check';
import {
  batchResponse,
  OutOfTimeError,
  type PartitionBatch,
  partitionsOf,
  processPartitions,
  recordByRecord,
} from '../../lambdas/partial-batch/partial-batch';

const batch = (name: string, ...offsets: number[]): PartitionBatch<{ readonly offset: number }> => ({
  name,
  records: offsets.map((offset) => ({ offset })),
});

test('a partition stops at its first failure, and the others go on to their end', async () => {
  const done: string[] = [];
  const failures = await processPartitions(
    [batch('t-0', 1, 2, 3), batch('t-1', 7, 8), batch('t-2', 4)],
    recordByRecord(({ offset }, { name }) => {
      if (name === 't-0' && offset === 2) throw new Error('bad');
      done.push(`${name} ${offset}`);
    }),
  );

  expect(done.sort()).toEqual(['t-0 1', 't-1 7', 't-1 8', 't-2 4']);
  expect(batchResponse(failures)).toEqual({
    batchItemFailures: [
      { itemIdentifier: { partition: 't-0', offset: 2 } },
      { itemIdentifier: { partition: 't-0', offset: 3 } },
    ],
  });
});

test('an event of Lambda is taken as it comes, and success is an empty list', async () => {
  const event = { records: { 't-0': [{ offset: 0 }], 't-1': [] } };

  expect(
    batchResponse(
      await processPartitions(
        partitionsOf(event),
        recordByRecord(() => {}),
      ),
    ),
  ).toEqual({
    batchItemFailures: [],
  });
});

test('it never rejects, whatever a partition throws and however', async () => {
  const thrown: unknown[] = [new Error('a'), 'text', undefined, null];
  const failures = await processPartitions(
    thrown.map((_, i) => batch(`t-${i}`, i)),
    ({ name }) => {
      const error = thrown[Number(name.slice(2))];
      if (name === 't-0') throw error;
      return Promise.reject(error);
    },
  );

  expect(failures.map(({ partition, offset, error }) => [partition, offset, error])).toEqual(
    thrown.map((error, i) => [`t-${i}`, i, error]),
  );
});

test('partitions that cannot be begun in time are reported from their first offset', async () => {
  let leftMs = 3_000;
  const failures = await processPartitions(
    [batch('t-0', 1), batch('t-1', 5, 6), batch('t-2', 9)],
    recordByRecord(() => {
      leftMs -= 1_500;
    }),
    { remainingMs: () => leftMs, reserveMs: 1_000, concurrency: 1 },
  );

  expect(failures).toEqual([
    { partition: 't-1', offset: 6, offsets: [6], error: expect.any(OutOfTimeError) },
    { partition: 't-2', offset: 9, offsets: [9], error: expect.any(OutOfTimeError) },
  ]);
});

test('a partition that hangs is reported from where it is, and what the others have done stands', async () => {
  const startedAtMs = Date.now();
  let isRejectedLater: (error: Error) => void = () => {};
  const done: string[] = [];

  const failures = await processPartitions(
    [batch('t-0', 1, 2, 3), batch('t-1', 7)],
    async ({ name }, progress) => {
      if (name === 't-0') {
        progress.advanceTo(2);
        await new Promise((_, reject) => (isRejectedLater = reject));
      }
      done.push(name);
    },
    { remainingMs: () => startedAtMs + 300 - Date.now(), reserveMs: 200 },
  );
  // The late twin ends badly when nobody waits for it any more: that must not end the process.
  isRejectedLater(new Error('late'));
  await new Promise((resolve) => setImmediate(resolve));

  expect(done).toEqual(['t-1']);
  expect(failures).toEqual([
    { partition: 't-0', offset: 2, offsets: [2, 3], error: expect.any(OutOfTimeError) },
  ]);
});

test('a failure in a hole is reported at the next record that was delivered: Lambda knows no other', async () => {
  const failures = await processPartitions([batch('t-0', 1, 2, 7)], async (_, progress) => {
    progress.advanceTo(3);
    throw new Error('bad');
  });

  expect(failures).toMatchObject([{ partition: 't-0', offset: 7, offsets: [7] }]);
});

test('progress that goes back is a fault of the caller, and fails its partition', async () => {
  const failures = await processPartitions([batch('t-0', 4, 5)], async (_, progress) => {
    progress.advanceTo(5);
    progress.advanceTo(4);
  });

  expect(failures).toMatchObject([{ offset: 5, error: expect.any(RangeError) }]);
});

test('however many at a time: each partition in order, done to its first failure, reported once', async () => {
  const anyPartitions = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(anyPartitions, fc.integer({ min: 1, max: 5 }), async (drawn, concurrency) => {
      const done = new Map<string, number[]>();
      let atOnce = 0;
      const batches = drawn.map(([count], i) =>
        batch(`t-${i}`, ...Array.from({ length: count }, (_, at) => at)),
      );
      const failures = await processPartitions(
        batches,
        async (of, progress) => {
          atOnce += 1;
          expect(atOnce).toBeLessThanOrEqual(concurrency);
          try {
            await recordByRecord<{ readonly offset: number }>(async ({ offset }, { name }) => {
              await Promise.resolve();
              if (offset === drawn[Number(name.slice(2))]?.[1]) throw new Error('bad');
              done.set(name, [...(done.get(name) ?? []), offset]);
            })(of, progress);
          } finally {
            atOnce -= 1;
          }
        },
        { concurrency },
      );
      drawn.forEach(([count, bad], i) => {
        const expected = Array.from({ length: Math.min(count, bad) }, (_, at) => at);
        expect(done.get(`t-${i}`) ?? []).toEqual(expected);
        expect(
          failures.filter(({ partition }) => partition === `t-${i}`).map(({ offset }) => offset),
        ).toEqual(bad < count ? [bad] : []);
      });
    }),
  );
});
