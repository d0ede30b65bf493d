import { onStopSignal } from '../../local/shutdown';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let exit: jest.SpyInstance;
beforeEach(() => {
  // Else the time limit would end jest's worker a minute later, when `exit` is the real one again.
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
});
afterEach(() => {
  jest.clearAllTimers();
  jest.useRealTimers();
  exit.mockRestore();
  for (const signal of signals) process.removeAllListeners(signal);
  process.stdout.removeAllListeners('error');
  process.stderr.removeAllListeners('error');
});

/** Lets promises that are fulfilled run on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each(signals)(
  '%s ends what was started, once however often it comes, and then the process',
  async (signal) => {
    const end = jest.fn(async () => {});
    onStopSignal(end, 60_000);

    process.emit(signal);
    process.emit(signal);
    await settle();

    expect(end).toHaveBeenCalledTimes(1);
    expect(exit).toHaveBeenCalledWith(0);
  },
);

test('output that nobody takes any more ends it too, instead of breaking it off', async () => {
  const end = jest.fn(async () => {});
  onStopSignal(end, 60_000);

  process.stdout.emit('error', new Error('write EPIPE'));
  await settle();

  expect(end).toHaveBeenCalledTimes(1);
  expect(exit).toHaveBeenCalledWith(0);
});

test('what does not end in time is left behind', () => {
  onStopSignal(() => new Promise(() => {}), 4_000);
  process.emit('SIGINT');
  jest.advanceTimersByTime(3_999);
  expect(exit).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(exit).toHaveBeenCalledWith(1);
});
