import { onStopSignal } from '../../local/shutdown';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let exit: jest.SpyInstance;
beforeEach(() => {
  exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
});
afterEach(() => {
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
