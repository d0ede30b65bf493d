/**
 * `npm test [-- jest arguments]`: what the tests need is found or installed, a Kafka and a Redis are started for this run alone,
 * jest runs, and everything is stopped again. Works beside a running `npm start`. The last line is
 * `N passed, N failed, N skipped`; a skip that test/allowed-skips.json does not name is a failure.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { answerHelp } from '../local/help';
import { type Home, homeAt } from '../local/home';
import { commandPath } from '../local/services/command-path';
import { commandRunner } from '../local/services/command-runner';
import { canUseApt, ensureTools, type Machine } from '../local/services/install-tools';
import { type LocalServices, startServices } from '../local/services/local-services';
import { findFreePort } from '../local/services/ports';
import { endLeftovers, RunRecord, readLiveRun, thisProcess } from '../local/supervisor/run-file';
import { runJest } from './support/run-jest';

const homesFolder = resolve('.clickstream');
const say = (line: string): void => console.log(line);
const machine: Machine = { runner: commandRunner, mayUseApt: canUseApt(), say };

/** Test runs that were killed leave services and data behind: the next run ends and deletes them. */
async function clearLeftovers(): Promise<void> {
  if (!existsSync(homesFolder)) return;
  for (const name of readdirSync(homesFolder).filter((candidate) => candidate.startsWith('test-'))) {
    const home = homeAt(join(homesFolder, name));
    if (readLiveRun(home.runFile)) continue;
    await endLeftovers(home.runFile, say);
    rmSync(home.folder, { recursive: true, force: true });
  }
}

async function startTestServices(home: Home): Promise<LocalServices> {
  const record = new RunRecord(home.runFile, thisProcess());
  // Written at once: another test run takes a folder without it for a leftover.
  record.update({});
  return startServices({
    home,
    machine,
    choices: { kafka: { from: 'here' }, redis: { from: 'here' } },
    kafkaPort: await findFreePort(2),
    redisPort: await findFreePort(),
    isFresh: false,
    say,
    onStart: (process) => record.note(process),
  });
}

async function main(): Promise<number> {
  // Told to stop, jest ends, and what was started is stopped: from the first moment on.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  await clearLeftovers();
  const tools = await ensureTools(machine, ['java', 'redis', 'chromium']);
  const home = homeAt(join(homesFolder, `test-${randomUUID().slice(0, 8)}`));
  const services = await startTestServices(home);
  try {
    return await runJest(process.argv.slice(2), {
      resultFile: join(home.folder, 'jest.json'),
      allowedSkips: JSON.parse(readFileSync('test/allowed-skips.json', 'utf8')) as string[],
      stop: stop.signal,
      env: {
        TEST_KAFKA_BROKERS: services.kafkaBrokers,
        TEST_REDIS_URL: services.redisUrl,
        CHROMIUM: commandPath(tools.get('chromium') as string),
      },
    });
  } finally {
    for (const service of services.processes) await service.stop();
    rmSync(home.folder, { recursive: true, force: true });
  }
}

answerHelp(`npm test [-- jest arguments]

All tests, on a Kafka and a Redis that are started for this run alone and stopped afterwards; beside a running npm start,
too. What is missing (Java, Maven, Redis, Chromium) is installed, on Debian as root, or named. The last line is
"N passed, N failed, N skipped"; a skip that test/allowed-skips.json does not name is a failure.

  test/core   only the files whose path matches
  -t NAME     only the tests whose name matches
  --help      this text; all further arguments: npx jest --help`);
main().then(
  (exitCode) => process.exit(exitCode),
  (error: Error) => {
    console.error(error.name === 'Error' ? error : error.message);
    process.exit(1);
  },
);
