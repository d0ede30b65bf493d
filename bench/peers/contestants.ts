/** Who takes part: what somebody would run instead, and clickstream itself. One row each; docs/performance.md states their settings. */
import { join } from 'node:path';
import type { Programs, RunningProgram } from '../programs';
import type { Workshop } from './set-up';

/** Starts one process of a contestant. `env`: where Kafka, Redis and its own state are. */
export type Start = (
  programs: Programs,
  name: string,
  env: Readonly<Record<string, string>>,
) => RunningProgram;

export interface Contestant {
  readonly name: string;
  readonly what: string;
  /** Two processes in one group: what somebody does who has a second processor. Java uses both with one. */
  readonly processes: 1 | 2;
  /** Takes so long for each event that it is given fewer of them. */
  readonly isSlow: boolean;
  /** Its answer lies in the cells of our shards, and not under the peers' keys. */
  readonly isOurs: boolean;
  readonly prepare: (workshop: Workshop) => Promise<Start>;
}

const javaOptions = ['-Xms1g', '-Xmx1g', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
/** Flink looks into classes of the JDK: without them it does not start on Java 17. */
const flinkOptions = ['util', 'lang', 'time'].map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`);

function python(file: string): Contestant['prepare'] {
  return async (workshop) => {
    const command = await workshop.python();
    const program = join('bench', 'peers', 'python', file);
    return (programs, name, env) =>
      programs.startCommand({
        name,
        command,
        args: [program],
        mark: program,
        env: { ...env, PYTHONUNBUFFERED: '1' },
      });
  };
}

function java(folder: string, options: readonly string[] = []): Contestant['prepare'] {
  return async (workshop) => {
    const { command, classPath } = await workshop.java(folder);
    const args = [...javaOptions, ...options, '-cp', classPath, 'peers.PageViews'];
    return (programs, name, env) => programs.startCommand({ name, command, args, mark: classPath, env });
  };
}

function node(entry: string): Contestant['prepare'] {
  return async () => (programs, name, env) => programs.start(entry, env, [], name);
}

const oneProcess = { processes: 1, isSlow: false, isOurs: false } as const;
const ours = { processes: 1, isSlow: false, isOurs: true } as const;

export const CONTESTANTS: readonly Contestant[] = [
  {
    ...oneProcess,
    isSlow: true,
    name: 'python-demo',
    what: 'the demo as everybody writes it: kafka-python, one HINCRBY an event',
    prepare: python('demo.py'),
  },
  {
    ...oneProcess,
    name: 'python-tuned',
    what: 'the same, tuned: confluent-kafka, orjson, one transaction a batch',
    prepare: python('tuned.py'),
  },
  {
    ...oneProcess,
    name: 'node-batch',
    what: 'kafkajs, one pipeline a batch',
    prepare: node('bench/peers/node-batch.ts'),
  },
  {
    ...oneProcess,
    processes: 2,
    name: 'node-batch-x2',
    what: 'node-batch, two processes',
    prepare: node('bench/peers/node-batch.ts'),
  },
  {
    ...oneProcess,
    name: 'kafka-streams',
    what: 'Kafka Streams, exactly once',
    prepare: java('kafka-streams'),
  },
  { ...oneProcess, name: 'flink', what: 'Flink, with checkpoints', prepare: java('flink', flinkOptions) },
  {
    ...ours,
    name: 'ours-pages',
    what: "clickstream, the peers' roll-up only",
    prepare: node('bench/peers/ours-pages.ts'),
  },
  {
    ...ours,
    name: 'ours',
    what: 'clickstream, whole, as it is shipped',
    prepare: node('local/processor.ts'),
  },
  {
    ...ours,
    processes: 2,
    name: 'ours-x2',
    what: 'clickstream, whole, two event-source processes',
    prepare: node('local/processor.ts'),
  },
];

/** What a tiny run tries: those that need no package manager. */
export const TINY_CONTESTANTS = ['node-batch', 'ours-pages', 'ours'] as const;
