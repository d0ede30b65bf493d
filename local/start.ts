/** `npm start`: everything on this machine. */
import { Clickstream } from './clickstream';
import { helpText } from './help';
import { onStopSignal } from './shutdown';
import { readStartOptions } from './start-options';
import { claimRun } from './supervisor/run-file';

const stopMsMax = 5_000;
const options = readStartOptions(process.argv.slice(2), process.env);
const say = (line: string): void => console.log(line);

async function main(): Promise<void> {
  if (options.isHelp) {
    say(helpText());
    return;
  }
  const record = await claimRun(options.home.runFile, say);
  const clickstream = new Clickstream(options, record, say);
  const stop = async (): Promise<void> => {
    say('Stopping ...');
    await clickstream.stop();
    say('Stopped');
  };
  onStopSignal(stop, stopMsMax);
  try {
    await clickstream.start();
  } catch (error) {
    // What breaks off because of Ctrl-C needs no line.
    if (clickstream.isStopping) return;
    await clickstream.stop();
    throw error;
  }
}

main().catch((error: Error) => {
  // Errors of our own have a name and a message for a person; the rest comes with its stack.
  console.error(error.name === 'Error' || error instanceof TypeError ? error : error.message);
  process.exit(1);
});
