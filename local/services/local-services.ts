/** Kafka and Redis of a run: found or started, kept running, and stopped again where they were started here. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { withoutCredentials } from '../../pipeline/store/redis-client';
import type { Home } from '../home';
import { SupervisedProcess } from '../supervisor/supervised-process';
import type { ServiceChoices } from './choose-services';
import { ensureTools, type Machine } from './install-tools';
import { fetchKafkaJars, hasKafkaJars, kafkaVersion } from './kafka-jars';
import { prepareKafka, waitForKafka } from './kafka-process';
import { requireFreePort } from './ports';
import { prepareRedis, waitForRedis } from './redis-process';
import type { ToolName } from './tools';

export interface ServiceOptions {
  readonly home: Home;
  readonly machine: Machine;
  readonly choices: ServiceChoices;
  readonly kafkaPort: number;
  readonly redisPort: number;
  /** Deletes what earlier runs kept. The caller has made sure that both services are started here. */
  readonly isFresh: boolean;
  readonly say: (line: string) => void;
  /** Called whenever one of the processes was started. */
  readonly onStart: (process: SupervisedProcess) => void;
}

export interface LocalServices {
  readonly kafkaBrokers: string;
  readonly redisUrl: string;
  /** Those that were started here, in the order in which they are to be stopped. */
  readonly processes: readonly SupervisedProcess[];
}

/** Throws what its steps throw, with everything that it had started stopped again. */
export async function startServices(options: ServiceOptions): Promise<LocalServices> {
  const { choices, home, say } = options;
  const { kafka, redis } = choices;
  for (const [name, choice] of Object.entries(choices)) {
    if (choice.from === 'here') continue;
    say(
      `Using ${name} at ${withoutCredentials(choice.address)} (${choice.from === 'compose' ? 'Compose' : 'set'})`,
    );
  }
  const wanted: ToolName[] = [];
  if (kafka.from === 'here') wanted.push('java', ...(hasKafkaJars() ? [] : (['maven'] as const)));
  if (redis.from === 'here') wanted.push('redis');
  const tools = await ensureTools(options.machine, wanted);
  if (options.isFresh) {
    say('Deleting the data of earlier runs');
    rmSync(home.dataFolder, { recursive: true, force: true });
  }
  const started: SupervisedProcess[] = [];
  try {
    if (redis.from === 'here') started.unshift(await startRedis(options, tools.get('redis') as string));
    if (kafka.from === 'here') started.unshift(await startKafka(options, tools));
  } catch (error) {
    for (const process of started) await process.stop();
    throw error;
  }
  return {
    kafkaBrokers: kafka.from === 'here' ? `127.0.0.1:${options.kafkaPort}` : kafka.address,
    redisUrl: redis.from === 'here' ? `redis://127.0.0.1:${options.redisPort}` : redis.address,
    processes: started,
  };
}

async function startRedis(options: ServiceOptions, command: string): Promise<SupervisedProcess> {
  const { home, redisPort: port, say } = options;
  await requireFreePort('Redis', port, 'REDIS_PORT');
  const process = new SupervisedProcess(prepareRedis(home, command, port), say, options.onStart);
  process.start();
  await readyOrStopped(process, () =>
    waitForRedis(port, () => process.isAlive(), join(home.logFolder, 'redis.log')),
  );
  say(`Redis is ready on 127.0.0.1:${port} (${command})`);
  return process;
}

async function startKafka(
  options: ServiceOptions,
  tools: ReadonlyMap<ToolName, string>,
): Promise<SupervisedProcess> {
  const { home, kafkaPort: port, say, machine } = options;
  await requireFreePort('Kafka', port, 'KAFKA_PORT');
  await requireFreePort("Kafka's controller", port + 1, 'KAFKA_PORT');
  const jarsFolder = await fetchKafkaJars(machine.runner, tools.get('maven') ?? 'mvn', say);
  const java = tools.get('java') as string;
  const spec = await prepareKafka(machine.runner, { home, java, jarsFolder, port });
  const process = new SupervisedProcess(spec, say, options.onStart);
  process.start();
  await readyOrStopped(process, () =>
    waitForKafka(`127.0.0.1:${port}`, () => process.isAlive(), join(home.logFolder, 'kafka.log')),
  );
  say(`Kafka ${kafkaVersion()} is ready on 127.0.0.1:${port}`);
  return process;
}

async function readyOrStopped(process: SupervisedProcess, wait: () => Promise<void>): Promise<void> {
  try {
    await wait();
  } catch (error) {
    await process.stop();
    throw error;
  }
}
