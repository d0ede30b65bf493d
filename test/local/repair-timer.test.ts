import { RepairFailedError } from '../../lambdas/repair/repair-handler';
import { RepairTimer } from '../../local/repair-timer';

const everyMs = 10_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A repair that ends when it is told to. */
function prepare() {
  const asked: unknown[] = [];
  const said: string[] = [];
  const ends: (() => void)[] = [];
  const failure: { error?: Error | undefined } = {};
  const repair = async (event?: unknown) => {
    asked.push(event);
    await new Promise<void>((resolve) => ends.push(resolve));
    if (failure.error !== undefined) throw failure.error;
    return [];
  };
  const timer = new RepairTimer({ repair, everyMs, say: (line) => said.push(line) });
  const end = async () => {
    ends.shift()?.();
    await jest.advanceTimersByTimeAsync(0);
  };
  return { timer, asked, said, failure, end };
}

test('all partitions are looked at every few seconds', async () => {
  const { timer, asked, end } = prepare();
  timer.start();

  await jest.advanceTimersByTimeAsync(everyMs);
  await end();
  await jest.advanceTimersByTimeAsync(everyMs);
  await end();

  expect(asked).toEqual([{}, {}]);
});

test('a call is handed over at once and is not waited for', async () => {
  const { timer, asked } = prepare();

  await timer.call(3);

  expect(asked).toEqual([{ partition: 3 }]);
});

test('one run at a time: what is asked for meanwhile is done after it, once, partitions that stand still first', async () => {
  const { timer, asked, end } = prepare();
  timer.start();
  await timer.call(0);
  for (let i = 0; i < 5; i += 1) await timer.call(1);
  await jest.advanceTimersByTimeAsync(3 * everyMs);
  await timer.call(2);
  expect(asked).toHaveLength(1);

  for (let i = 0; i < 6; i += 1) await end();

  expect(asked).toEqual([{ partition: 0 }, { partition: 1 }, { partition: 2 }, {}]);
});

test('after the stop nothing begins', async () => {
  const { timer, asked, end } = prepare();
  timer.start();
  await timer.call(0);
  await timer.call(1);

  timer.stop();
  await end();
  await timer.call(2);
  await jest.advanceTimersByTimeAsync(3 * everyMs);

  expect(asked).toEqual([{ partition: 0 }]);
});

test('that repair is impossible is said once, and once that it is possible again; the timer goes on', async () => {
  const { timer, said, failure, end } = prepare();
  const runOnce = async (error?: Error) => {
    failure.error = error;
    await timer.call(0);
    await end();
  };

  await runOnce(new Error('connect ECONNREFUSED'));
  await runOnce(new Error('connect ECONNREFUSED'));
  // A partition that cannot be repaired has a line of its own.
  await runOnce(new RepairFailedError('partition 0: torn'));
  await runOnce();

  expect(said).toEqual(['repair: not possible: connect ECONNREFUSED', 'repair: possible again']);
});
