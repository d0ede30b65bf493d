/** `npm run spike`: puts an article of the simulated site into the news. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigurationError, readInteger } from '../pipeline/settings';
import { spikeFactor, spikeMinutes } from '../producer/simulator/spike';
import { type SpikeAnswer, type SpikeRequest, spikeFileIn } from '../producer/spike-request';
import { readHome } from './home';
import { runCommand } from './run-command';
import { isRunning } from './supervisor/process-info';
import { type RunningProcess, readLiveRun } from './supervisor/run-file';

const answerWithinMs = 5_000;
const lookEveryMs = 50;

const help = `npm run spike [-- --factor N --minutes N]

A news spike in the simulated traffic of a running npm start: one article is in the news, and within seconds the site has N times its
visitors, most of whom read that page and leave; then it decays.

  --factor N   times the usual traffic at the top, ${spikeFactor.min} to ${spikeFactor.max}; default ${spikeFactor.default}
  --minutes N  from its beginning to its end, ${spikeMinutes.min} to ${spikeMinutes.max}; default ${spikeMinutes.default}
  --help       this text

In containers: docker compose kill -s SIGUSR2 producer. Exit code 1 if there was no spike.`;

function readRequest(args: { factor?: string | undefined; minutes?: string | undefined }): SpikeRequest {
  const given = { '--factor': args.factor, '--minutes': args.minutes };
  return {
    factor: readInteger(given, '--factor', spikeFactor),
    minutes: readInteger(given, '--minutes', spikeMinutes),
  };
}

function parse() {
  try {
    return parseArgs({
      options: { factor: { type: 'string' }, minutes: { type: 'string' }, help: { type: 'boolean' } },
    }).values;
  } catch (error) {
    const allowed = '--factor N, --minutes N, --help';
    throw new ConfigurationError('npm run spike', (error as Error).message.split('.')[0], allowed);
  }
}

/** undefined: none came in time. */
async function ask(producer: RunningProcess, file: string, request: SpikeRequest) {
  const asked = JSON.stringify(request);
  writeFileSync(file, asked);
  try {
    process.kill(producer.pid, 'SIGUSR2');
    const deadlineMs = Date.now() + answerWithinMs;
    while (Date.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      const text = readFileSync(file, 'utf8');
      if (text !== asked) return JSON.parse(text) as SpikeAnswer;
    }
    return undefined;
  } finally {
    rmSync(file, { force: true });
  }
}

function describe({ started }: Extract<SpikeAnswer, { started: unknown }>, pageUrl: string): string {
  const { article, factor, minutes, usualPerSecond } = started;
  const whole = (value: number) => Math.round(value).toLocaleString('en-US');
  return [
    `${article} is in the news: within ${Math.round(minutes * 9)} s the site has ${factor} times its visitors,`,
    `about ${whole(usualPerSecond * factor)} events a second instead of ${whole(usualPerSecond)}; after ${minutes} min it is over.`,
    `Look at ${pageUrl}: views per second, visitors now, the top page, and its referrers (news.google.com, t.co, reddit.com).`,
  ].join('\n');
}

async function main(): Promise<number> {
  const values = parse();
  if (values.help) {
    console.log(help);
    return 0;
  }
  const request = readRequest(values);
  const home = readHome(process.env);
  const run = readLiveRun(home.runFile);
  const producer = run?.processes.producer;
  if (run === undefined || producer === undefined || !isRunning(producer.pid, producer.mark)) {
    console.error(`No simulated traffic is running in ${home.folder}: npm start first.`);
    return 1;
  }
  const answer = await ask(producer, spikeFileIn(home.folder), request);
  if (answer === undefined || 'refused' in answer) {
    const why = answer?.refused ?? `the producer did not answer within ${answerWithinMs / 1_000} s`;
    console.error(`No news spike: ${why}.`);
    return 1;
  }
  console.log(describe(answer, run.pageUrl ?? 'the page'));
  return 0;
}

runCommand(main);
