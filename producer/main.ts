/**
 * The program of the producer service. Ends in order on SIGTERM and SIGINT, and when its parent process is gone; SIGUSR2 starts
 * a news spike.
 */
import { formatEntry, readLogFormat } from '../pipeline/log-line';
import { ConfigurationError } from '../pipeline/settings';
import { applyFlags, readProducerConfiguration, USAGE } from './configuration';
import { type ProducerLog, type ProducerSignals, runProducer } from './program';
import { answerSpikeRequest, type SpikeAnswer, spikeFileOf } from './spike-request';

const logFormat = readLogFormat(process.env);
const log: ProducerLog = (fields) => {
  process.stdout.write(
    formatEntry(logFormat, { at: new Date().toISOString(), component: 'producer', ...fields }),
  );
};

const ended = new Promise<string>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  process.once('disconnect', () => resolve('parent is gone'));
});

let startSpike: Parameters<ProducerSignals['onSpike']>[0] = () => ({
  refused: 'the traffic has not begun yet',
});
// From the first moment on: a signal that nobody listens to would end the program.
process.on('SIGUSR2', () => {
  const answer = answerSpikeRequest(spikeFileOf(process.env), startSpike);
  log(describeSpike(answer));
});

function describeSpike(answer: SpikeAnswer): Parameters<ProducerLog>[0] {
  return 'refused' in answer
    ? { message: 'no news spike', reason: answer.refused }
    : { message: 'news spike', ...answer.started };
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  const onSpike: ProducerSignals['onSpike'] = (start) => {
    startSpike = start;
  };
  return runProducer(readProducerConfiguration(applyFlags(process.env, args)), { ended, onSpike }, log);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exit(1);
  },
);
