/**
 * Kafka and Redis for the benchmarks: those that KAFKA_BROKERS and REDIS_URL name, else ones that are started for this run alone,
 * with empty data. Never those of a running `npm start`: its traffic and ours would falsify each other's numbers.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { homeAt } from '../local/home';
import type { ServiceChoice } from '../local/services/choose-services';
import { commandPath } from '../local/services/command-path';
import { commandRunner } from '../local/services/command-runner';
import { canUseApt, ensureTools, type Machine } from '../local/services/install-tools';
import { startServices } from '../local/services/local-services';
import { findFreePort } from '../local/services/ports';
import { claimRun, type RunRecord } from '../local/supervisor/run-file';
import { type Environment, SETTING } from '../pipeline/settings';
import { connectRedis, type RedisClient } from '../pipeline/store/redis-client';
import { kafkaClient } from '../pipeline/stream/kafka-client';
import { processSeconds } from './processor-time';
import { usedSeconds } from './redis-time';

export interface BenchServices {
  readonly kafkaBrokers: string;
  readonly redisUrl: string;
  readonly kafka: Kafka;
  readonly redis: RedisClient;
  readonly isKafkaOurs: boolean;
  /** What else is started is noted here: the next run ends what a killed one has left. */
  readonly record: RunRecord;
  /** For logs and bundles. */
  readonly folder: string;
  /** Processor time so far, seconds; undefined for a Kafka that is not ours, and where the system does not tell. */
  kafkaSeconds(): number | undefined;
  redisSeconds(): Promise<number>;
  /** What the log of a topic takes on disk, one copy, without its indexes; undefined for a Kafka that is not ours. */
  kafkaLogBytes(topic: string): number | undefined;
  close(): Promise<void>;
}

const folder = '.clickstream/bench';

function choice(address: string | undefined): ServiceChoice {
  return address ? { from: 'setting', address } : { from: 'here' };
}

function machine(say: (line: string) => void): Machine {
  return { runner: commandRunner, mayUseApt: canUseApt(), say };
}

/** Kafka keeps each partition in a folder `<topic>-<partition>`, and its records there in files that end in `.log`. */
function logBytes(folder: string, topic: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.startsWith(`${topic}-`) && file.endsWith('.log'))
    .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

/** Where Chromium lies; it is installed, or named in an error. */
export async function findChromium(say: (line: string) => void): Promise<string> {
  return commandPath((await ensureTools(machine(say), ['chromium'])).get('chromium') as string);
}

/** The server's command; it is installed, or named in an error. */
export async function findRedis(say: (line: string) => void): Promise<string> {
  return commandPath((await ensureTools(machine(say), ['redis'])).get('redis') as string);
}

/** Throws AlreadyRunningError while another bench runs, and what starting the services throws. */
export async function openBenchServices(
  env: Environment,
  say: (line: string) => void,
): Promise<BenchServices> {
  const home = homeAt(env[SETTING.CLICKSTREAM_HOME] || folder);
  const record = await claimRun(home.runFile, say);
  const services = await startServices({
    home,
    machine: machine(say),
    choices: { kafka: choice(env[SETTING.KAFKA_BROKERS]), redis: choice(env[SETTING.REDIS_URL]) },
    kafkaPort: await findFreePort(2),
    redisPort: await findFreePort(),
    isFresh: true,
    say,
    onStart: (process) => record.note(process),
  });
  const { kafkaBrokers, redisUrl, processes } = services;
  const kafkaProcess = processes.find(({ spec }) => spec.name === 'kafka');
  const redis = connectRedis(redisUrl);
  return {
    kafkaBrokers,
    redisUrl,
    kafka: kafkaClient({ brokers: kafkaBrokers.split(','), auth: 'plain' }, 'clickstream-bench', say),
    redis,
    isKafkaOurs: kafkaProcess !== undefined,
    record,
    folder: home.folder,
    kafkaSeconds: () => processSeconds(kafkaProcess?.pid),
    redisSeconds: () => usedSeconds(redis),
    kafkaLogBytes: (topic) =>
      kafkaProcess === undefined ? undefined : logBytes(join(home.dataFolder, 'kafka', 'log'), topic),
    close: async () => {
      redis.disconnect();
      for (const process of processes) await process.stop();
      rmSync(home.dataFolder, { recursive: true, force: true });
      record.release();
    },
  };
}
