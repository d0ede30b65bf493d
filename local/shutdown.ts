/**
 * Runs `end` once when the process is told to stop, and leaves when it is done or when `withinMs` are over. A terminal that was
 * closed (SIGHUP) and output that nobody takes any more (`npm start | head`) tell it too: else what was started would stay.
 */
export function onStopSignal(end: () => Promise<void>, withinMs: number): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), withinMs).unref();
    end().then(
      () => process.exit(0),
      (error: Error) => {
        console.error(error.message);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  // With a listener, lines that cannot be written while it stops end nothing either.
  process.stdout.on('error', stop);
  process.stderr.on('error', stop);
}
