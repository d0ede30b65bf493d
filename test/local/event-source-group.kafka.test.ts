/** Batches and members: what an invocation holds, and what happens when a consumer goes or another comes. */
import { EventSourceHarness, until } from './event-source-harness';

let harness: EventSourceHarness;

beforeEach(() => {
  harness = new EventSourceHarness();
});

afterEach(() => harness.close());

const values = (count: number, value = 'x') => Array.from({ length: count }, () => value);

test('an invocation holds at most the batch size, of one partition, in order', async () => {
  // Prepare
  await harness.makeTopic(2);
  await harness.writeValues(0, ...values(25));
  await harness.writeValues(1, ...values(7));

  // Act
  harness.start(() => {}, { batchSize: 10 });
  await until(async () => (await harness.committed(0)) === 25 && (await harness.committed(1)) === 7);

  // Assess
  expect(harness.invoked.every(({ offsets }) => offsets.length <= 10)).toBe(true);
  expect(harness.offsetsOf(0)).toEqual([...Array(25).keys()]);
  expect(harness.offsetsOf(1)).toEqual([...Array(7).keys()]);
});

test('an invocation never exceeds six megabytes', async () => {
  // Prepare: 12 records of 900 KB are 14.4 MB in base64.
  await harness.makeTopic(1);
  for (let i = 0; i < 12; i += 1) await harness.write(0, [{ value: Buffer.alloc(900_000, 'x') }]);
  const sizes: number[] = [];

  // Act
  harness.start((event) => sizes.push(Buffer.byteLength(JSON.stringify(event))), { batchWindowMs: 2_000 });
  await until(() => harness.offsetsOf(0).length === 12);

  // Assess
  expect(harness.offsetsOf(0)).toEqual([...Array(12).keys()]);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(6 * 1024 * 1024);
  expect(sizes.length).toBe(3);
});

test('the window gathers records that come one after the other', async () => {
  // Prepare
  await harness.makeTopic(1);
  harness.start(() => {}, { batchWindowMs: 1_500 });

  // Act
  for (let i = 0; i < 3; i += 1) await harness.writeValues(0, `${i}`);
  await until(() => harness.offsetsOf(0).length === 3);

  // Assess
  expect(harness.invoked).toEqual([{ partition: 0, offsets: [0, 1, 2] }]);
});

test('a source that was stopped in the middle lets its invocation end and commits it; the next goes on behind it', async () => {
  // Prepare
  await harness.makeTopic(1);
  await harness.writeValues(0, 'a', 'b');
  let succeed: (value?: unknown) => void = () => {};
  const first = harness.start(
    () =>
      new Promise((resolve) => {
        succeed = resolve;
      }),
  );
  await until(() => harness.invoked.length === 1);

  // Act
  const stopped = first.stop(5_000);
  succeed();
  await stopped;
  await harness.writeValues(0, 'c');
  harness.start(() => {});
  await until(async () => (await harness.committed(0)) === 3);

  // Assess
  expect(harness.offsetsOf(0)).toEqual([0, 1, 2]);
});

test('what was in flight when a source gave up waiting for it is delivered again', async () => {
  // Prepare
  await harness.makeTopic(1);
  await harness.writeValues(0, 'a', 'b');
  const first = harness.start(() => new Promise(() => {}));
  await until(() => harness.invoked.length === 1);

  // Act
  await first.stop(0);
  harness.start(() => {});
  await until(async () => (await harness.committed(0)) === 2);

  // Assess
  expect(harness.offsetsOf(0)).toEqual([0, 1, 0, 1]);
});

test('when another member comes and goes, every record is delivered and each partition stays in order', async () => {
  // Prepare
  await harness.makeTopic(4);
  const count = 40;
  const write = async (): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      for (let partition = 0; partition < 4; partition += 1) await harness.writeValues(partition, `${i}`);
    }
  };
  const slowly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

  // Act
  harness.start(slowly, { batchSize: 3 });
  const written = write();
  await until(() => harness.invoked.length > 5);
  const second = harness.start(slowly, { batchSize: 3 });
  await until(() => harness.invoked.length > 40);
  await second.stop(5_000);
  await written;
  await until(async () => {
    const committed = await Promise.all([0, 1, 2, 3].map((partition) => harness.committed(partition)));
    return committed.every((offset) => offset === count);
  });

  // Assess: a record may come twice, but none may be left out.
  for (let partition = 0; partition < 4; partition += 1) {
    let next = 0;
    for (const offset of harness.offsetsOf(partition)) {
      expect(offset).toBeLessThanOrEqual(next);
      next = Math.max(next, offset + 1);
    }
    expect(next).toBe(count);
  }
});
