import { anyGapPauseMs, RepairCalls, sameGapPauseMs } from '../../lambdas/consumer/repair-calls';

function prepare() {
  const clock = { ms: 1_000_000 };
  const called: number[] = [];
  const said: string[] = [];
  const failing = { is: false };
  const calls = new RepairCalls(
    async (partition) => {
      called.push(partition);
      if (failing.is) throw new Error('throttled');
    },
    (_, message) => said.push(message),
    () => clock.ms,
  );
  return { calls, clock, called, said, failing };
}

test('a gap is called for at once, and then each ten seconds while it lasts', async () => {
  const { calls, clock, called } = prepare();
  const begin = clock.ms;

  for (; clock.ms < begin + 3 * sameGapPauseMs; clock.ms += 100) await calls.ask('clicks-0', 0, 7);

  expect(called).toEqual([0, 0, 0]);
});

test('another gap of the partition is called for after a quarter of a second, and other partitions do not wait for it', async () => {
  const { calls, clock, called } = prepare();

  await calls.ask('clicks-0', 0, 7);
  await calls.ask('clicks-0', 0, 9);
  await calls.ask('clicks-1', 1, 9);
  expect(called).toEqual([0, 1]);
  clock.ms += anyGapPauseMs;
  await calls.ask('clicks-0', 0, 9);

  expect(called).toEqual([0, 1, 0]);
});

test('several at once make one call', async () => {
  const { calls, called } = prepare();

  await Promise.all(Array.from({ length: 8 }, () => calls.ask('clicks-0', 0, 7)));

  expect(called).toEqual([0]);
});

test('a call that fails keeps nobody from counting; it is said once until one succeeds', async () => {
  const { calls, clock, said, failing } = prepare();
  const askLater = async () => {
    clock.ms += sameGapPauseMs;
    await calls.ask('clicks-0', 0, 7);
  };
  failing.is = true;

  await askLater();
  await askLater();
  expect(said).toEqual(['repair cannot be called; its schedule repairs']);
  failing.is = false;
  await askLater();
  failing.is = true;
  await askLater();

  expect(said).toHaveLength(2);
});
