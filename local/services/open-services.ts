/**
 * Kafka and Redis for a command that runs beside or without `npm start` (audit, repair, rejects): those that are set, those of a
 * running `npm start`, the Compose services, or else the local ones, started for as long as the command runs.
 */
import { type Environment, readInteger, SETTING } from '../../pipeline/settings';
import { readHome } from '../home';
import { onStopSignal } from '../shutdown';
import { claimRun, readLiveRun } from '../supervisor/run-file';
import { chooseServices } from './choose-services';
import { commandRunner } from './command-runner';
import { canUseApt } from './install-tools';
import { startServices } from './local-services';

/** How long Kafka and Redis may take to end after Ctrl-C. */
const stopMsMax = 5_000;
const userPorts = { min: 1024, max: 65_534 };

export function readServicePorts(env: Environment): {
  readonly kafkaPort: number;
  readonly redisPort: number;
} {
  return {
    kafkaPort: readInteger(env, SETTING.KAFKA_PORT, { ...userPorts, default: 19_092 }),
    redisPort: readInteger(env, SETTING.REDIS_PORT, { ...userPorts, default: 16_379 }),
  };
}

export interface OpenServices {
  readonly kafkaBrokers: string;
  readonly redisUrl: string;
  /** Stops what was started for this command; nothing else. */
  readonly close: () => Promise<void>;
}

export async function openServices(env: Environment, say: (line: string) => void): Promise<OpenServices> {
  const home = readHome(env);
  const run = readLiveRun(home.runFile);
  const known = {
    ...env,
    KAFKA_BROKERS: env[SETTING.KAFKA_BROKERS] || run?.kafkaBrokers,
    REDIS_URL: env[SETTING.REDIS_URL] || run?.redisUrl,
  };
  const choices = await chooseServices(known, commandRunner);
  if (choices.kafka.from !== 'here' && choices.redis.from !== 'here') {
    const close = async (): Promise<void> => {};
    return { kafkaBrokers: choices.kafka.address, redisUrl: choices.redis.address, close };
  }
  const record = await claimRun(home.runFile, say);
  const services = await startServices({
    home,
    machine: { runner: commandRunner, mayUseApt: canUseApt(), say },
    choices,
    ...readServicePorts(env),
    isFresh: false,
    say,
    onStart: (process) => record.note(process),
  });
  const close = async (): Promise<void> => {
    for (const process of services.processes) await process.stop();
    record.release();
  };
  onStopSignal(close, stopMsMax);
  return { kafkaBrokers: services.kafkaBrokers, redisUrl: services.redisUrl, close };
}
