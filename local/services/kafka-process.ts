/** Kafka as one KRaft node on 127.0.0.1: how it is configured, made ready and started. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import type { Home } from '../home';
import type { ProcessSpec } from '../supervisor/process-spec';
import { type CommandRunner, succeeded } from './command-runner';

/** A broker that was killed replays its log first; an empty one is ready in about three seconds. */
const readyWithinMs = 60_000;
const formatMs = { timeoutMs: 60_000 };
const heapMegabytesMax = 512;

export class KafkaStartError extends Error {
  override readonly name = 'KafkaStartError';
}

export interface KafkaOptions {
  readonly home: Home;
  readonly java: string;
  readonly jarsFolder: string;
  /** The controller listens on the next one. */
  readonly port: number;
  /** A second listener, whose clients are told to come back through another port: that of a proxy in front of it. */
  readonly proxied?: { readonly port: number; readonly advertisedPort: number };
}

function properties({ home, port, proxied }: KafkaOptions): string {
  const listeners = [`PLAINTEXT://127.0.0.1:${port}`, `CONTROLLER://127.0.0.1:${port + 1}`];
  const advertised = [`PLAINTEXT://127.0.0.1:${port}`];
  if (proxied !== undefined) {
    listeners.push(`PROXIED://127.0.0.1:${proxied.port}`);
    advertised.push(`PROXIED://127.0.0.1:${proxied.advertisedPort}`);
  }
  const settings: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${port + 1}`,
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(home.dataFolder, 'kafka', 'log'),
    // Topics are made by ensureTopic with settings of ours; a typing error must not make one with the broker's.
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A broker that was killed may register again once its last session is over: by default that takes nine seconds.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    // A consumer that was killed is replaced within seconds.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Kafka's own form of a UUID: 16 bytes in base64url. A leading hyphen would be taken for an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}

/** Writes the configuration and, once, formats the data folder. Throws KafkaStartError. */
export async function prepareKafka(runner: CommandRunner, options: KafkaOptions): Promise<ProcessSpec> {
  const { home, java, jarsFolder } = options;
  const folder = join(home.dataFolder, 'kafka');
  const configuration = join(folder, 'server.properties');
  mkdirSync(folder, { recursive: true });
  mkdirSync(home.logFolder, { recursive: true });
  writeFileSync(configuration, properties(options));
  const classPath = join(jarsFolder, '*');
  const logging = [
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
  ];
  if (!existsSync(join(folder, 'log', 'meta.properties'))) {
    const format = [
      'format',
      '--cluster-id',
      newClusterId(),
      '--config',
      configuration,
      '--ignore-formatted',
    ];
    const args = ['-Xmx256m', ...logging, '-cp', classPath, 'kafka.tools.StorageTool', ...format];
    const outcome = await runner.run(java, args, formatMs);
    if (!succeeded(outcome)) {
      const why =
        outcome.kind === 'ended' ? (outcome.stderr || outcome.stdout).trim().split('\n')[0] : outcome.kind;
      throw new KafkaStartError(`Kafka's data folder ${folder} cannot be formatted: ${why}`);
    }
  }
  const heap = ['-Xms128m', `-Xmx${heapMegabytesMax}m`, '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError'];
  return {
    name: 'kafka',
    command: java,
    args: [...heap, '-Djava.awt.headless=true', ...logging, '-cp', classPath, 'kafka.Kafka', configuration],
    mark: configuration,
    outputFile: join(home.logFolder, 'kafka.log'),
    stopWithinMs: 3_000,
  };
}

/** Waits until the broker takes part in its cluster. Throws KafkaStartError. */
export async function waitForKafka(brokers: string, isAlive: () => boolean, logFile: string): Promise<void> {
  const kafka = kafkaClient({ brokers: brokers.split(','), auth: 'plain' }, 'clickstream-start', () => {});
  const deadlineMs = Date.now() + readyWithinMs;
  while (!(await answers(kafka))) {
    if (!isAlive()) throw new KafkaStartError(`Kafka ended while it started: see ${logFile}`);
    if (Date.now() > deadlineMs)
      throw new KafkaStartError(`Kafka is not ready after ${readyWithinMs / 1000} s: see ${logFile}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function answers(kafka: Kafka): Promise<boolean> {
  const admin = kafka.admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
    if ((await admin.describeCluster()).brokers.length === 0) return false;
    // The first question for a group makes its coordinator load; until it has, consumers are turned away.
    await admin.describeGroups(['clickstream-start']);
    return true;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
