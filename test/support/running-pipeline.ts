/**
 * The three programs that `npm start` runs, each a process of its own, on the Kafka of the test run, a topic and a Redis of
 * their own. Nobody starts again what is killed. The topic takes each record's time from its writer, so that a test can send
 * what was sent weeks ago: before the programs are started, since log time never goes back.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';
import { bundleTracker, bundleWeb } from '../../bundle';
import { findFreePort } from '../../local/services/ports';
import type { DashboardSnapshot } from '../../pipeline/core/snapshot';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { until } from '../local/event-source-harness';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { type RedisServer, startStandalone } from './redis-servers';

const entries = {
  producer: 'producer/main.ts',
  processor: 'local/processor.ts',
  dashboard: 'local/dashboard.ts',
} as const;

export type ProgramName = keyof typeof entries;

const partitions = 4;

export class RunningPipeline {
  /** What the programs printed, by line. */
  readonly lines: Readonly<Record<ProgramName, string[]>> = {
    producer: [],
    processor: [],
    dashboard: [],
  };
  private readonly programs = new Map<ProgramName, ChildProcess>();

  private constructor(
    readonly topic: string,
    readonly redis: RedisServer,
    private readonly producer: Producer,
    private readonly webDirectory: string,
    private readonly port: number,
    private readonly sites: string,
    /** 0: none. */
    readonly collectorPort: number,
  ) {}

  /** Makes what the programs need; `sites`: as the setting SITES. */
  static async prepare(sites: string, hasCollector = false): Promise<RunningPipeline> {
    const kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'test', () => {});
    const topic = uniqueTopic('page');
    await makeTopic(kafka, topic);
    const webDirectory = mkdtempSync(join(tmpdir(), 'clickstream-web-'));
    bundleWeb(webDirectory);
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    // As local/services/redis-process.ts starts it: one that is killed has its data when it is back.
    const redis = await startStandalone({ args: ['--appendonly', 'yes', '--appendfsync', 'everysec'] });
    const collectorPort = hasCollector ? await findFreePort() : 0;
    if (hasCollector) bundleTracker(join(webDirectory, 'tracker'));
    const port = await findFreePort();
    return new RunningPipeline(topic, redis, producer, webDirectory, port, sites, collectorPort);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Resolves when they are all on the topic. */
  async send(messages: readonly Message[]): Promise<void> {
    await this.producer.send({ topic: this.topic, messages: [...messages] });
  }

  start(name: ProgramName): void {
    const child = spawn(process.execPath, ['run.mjs', entries[name]], {
      env: { ...process.env, ...this.environment() },
      // The channel tells a program when this process is gone, so that a test run that was killed leaves none.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => this.lines[name].push(...data.toString().trimEnd().split('\n')));
    }
    this.programs.set(name, child);
  }

  /** All programs, until heartbeats come through. */
  async startAll(): Promise<void> {
    for (const name of ['dashboard', 'processor', 'producer'] as const) this.start(name);
    await until(async () => (await this.tryRead())?.freshness === 'live');
  }

  /** As kill -9 does. */
  async kill(name: ProgramName): Promise<void> {
    const child = this.programs.get(name);
    this.programs.delete(name);
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** The API's answer. `query`: with its question mark. */
  async read(query = ''): Promise<DashboardSnapshot> {
    const response = await fetch(`${this.url}api/v1/snapshot${query}`);
    if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
    return (await response.json()) as DashboardSnapshot;
  }

  async tryRead(query = ''): Promise<DashboardSnapshot | undefined> {
    return await this.read(query).catch(() => undefined);
  }

  async close(): Promise<void> {
    for (const name of [...this.programs.keys()]) await this.kill(name);
    await this.producer.disconnect();
    await this.redis.stop();
    rmSync(this.webDirectory, { recursive: true, force: true });
  }

  private environment(): Readonly<Record<string, string>> {
    return {
      CLICKSTREAM_SUPERVISED: 'true',
      KAFKA_BROKERS: testBrokers().join(','),
      REDIS_URL: this.redis.url,
      TOPIC: this.topic,
      TOPIC_PARTITIONS: String(partitions),
      CONSUMER_GROUP: `${this.topic}-group`,
      SITES: this.sites,
      SIMULATOR: 'false',
      PORT: String(this.port),
      WEB_DIRECTORY: this.webDirectory,
      COLLECTOR_PORT: String(this.collectorPort),
      TRACKER_DIRECTORY: join(this.webDirectory, 'tracker'),
      CLICKSTREAM_HOME: this.webDirectory,
    };
  }
}

async function makeTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic,
        numPartitions: partitions,
        configEntries: [
          { name: 'message.timestamp.type', value: 'CreateTime' },
          { name: 'retention.ms', value: '-1' },
        ],
      },
    ],
  });
  await admin.disconnect();
}

/** A record of this event as an SDK proxy writes it, at log time `atMs`; the event needs siteId and anonymousId. */
export function messageOf(event: Readonly<Record<string, unknown>>, atMs = Date.now()): Message {
  return {
    key: `${event.siteId}:${event.anonymousId}`,
    value: JSON.stringify(event),
    timestamp: String(atMs),
  };
}
