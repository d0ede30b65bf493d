/** The program of the producer service. Ends in order on SIGTERM and SIGINT, and when its parent process is gone. */
import { ConfigurationError } from '../pipeline/settings';
import { applyFlags, readProducerConfiguration, USAGE } from './configuration';
import { type ProducerLog, runProducer } from './program';

const log: ProducerLog = (fields) => {
  process.stdout.write(
    `${JSON.stringify({ at: new Date().toISOString(), component: 'producer', ...fields })}\n`,
  );
};

const ended = new Promise<string>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  process.once('disconnect', () => resolve('parent is gone'));
});

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  return runProducer(readProducerConfiguration(applyFlags(process.env, args)), ended, log);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exit(1);
  },
);
