/**
 * Where a row is played: a topic of its own, a store, and the real programs around them: producer, one event source or more, page.
 * The order is always `Stage.open`, `play` (until the page is live), the row's own faults, and `finish`: the faults are over, the system
 * has to heal by itself, the load ends, and everything is checked (verdict.ts).
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Admin } from 'kafkajs';
import { bundleWeb } from '../bundle';
import { findFreePort } from '../local/services/ports';
import { SETTING } from '../pipeline/settings';
import { ensureTopic } from '../pipeline/stream/topics';
import type { ControlledProcess } from './controlled-process';
import { PageWatch } from './page-watch';
import { ProducerLines } from './producer-lines';
import { ProgressWatch } from './progress-watch';
import { RepairLines } from './repair-lines';
import { type ScenarioContext, until } from './scenario';
import { StoredShards } from './stored-shards';

export const site = 'demo';
export const partitions = 4;

/** How the programs reach Kafka and Redis, and how the watch does. They differ where a proxy is between the programs and their services. */
export interface StageOptions {
  /** As REDIS_URL takes it. */
  readonly redisUrl: string;
  /** Default: `redisUrl`. */
  readonly programsRedisUrl?: string;
  /** Default: the broker itself. */
  readonly programsKafka?: string;
  /** Event sources in the group. Default 1. */
  readonly eventSources?: number;
  /** Settings of the event sources beside those of every program. */
  readonly eventSourceEnv?: Readonly<Record<string, string>>;
  /** Events a second. Default: the row's size. */
  readonly rate?: number;
  /** Gets what the event sources print. */
  readonly onEventSourceLine?: (line: string) => void;
  /** Settings of the producer beside those of every program. */
  readonly producerEnv?: Readonly<Record<string, string>>;
  /** Loaded before the producer, with settings of its own. */
  readonly producerPreload?: { readonly entry: string; readonly env: Readonly<Record<string, string>> };
}

export interface PartitionBounds {
  /** First offset that the log still holds. */
  readonly low: number;
  /** One past the last. */
  readonly high: number;
}

const seedMax = 2 ** 31;
/** The least that the broker allows: a killed event source is replaced soon. */
const sessionTimeoutMs = 1_000;
const rates = { short: 500, whole: 1_000 } as const;
const startsWithinMs = 60_000;
/** On a busy machine; nothing that heals by itself takes as long. */
export const healsWithinMs = 120_000;

export class Stage {
  readonly topic: string;
  readonly shards: StoredShards;
  readonly eventSources: readonly ControlledProcess[];
  readonly producer: ControlledProcess;
  readonly producerLines = new ProducerLines();
  readonly repairLines = new RepairLines();
  private readonly dashboard: ControlledProcess;
  readonly page: PageWatch;
  /** Of the page, with its site. */
  readonly pageUrl: string;
  progress: ProgressWatch | undefined;

  private constructor(
    readonly context: ScenarioContext,
    readonly options: StageOptions,
    readonly admin: Admin,
    names: { readonly topic: string; readonly port: number },
  ) {
    this.topic = names.topic;
    this.shards = new StoredShards(options.redisUrl, names.topic, partitions);
    this.eventSources = Array.from({ length: options.eventSources ?? 1 }, (_, i) =>
      this.program('local/processor.ts', `event-source-${i + 1}`, options.eventSourceEnv ?? {}, (line) => {
        this.repairLines.take(line);
        options.onEventSourceLine?.(line);
      }),
    );
    const { entry, env = {} } = options.producerPreload ?? {};
    const load = {
      [SETTING.RATE]: String(options.rate ?? rates[context.isShort ? 'short' : 'whole']),
      [SETTING.SEED]: String(Math.floor(context.random() * seedMax)),
    };
    this.producer = this.program(
      'producer/main.ts',
      'producer',
      { ...load, ...options.producerEnv, ...env },
      this.producerLines.take,
      entry,
    );
    this.dashboard = this.program('local/dashboard.ts', 'dashboard', {
      [SETTING.PORT]: String(names.port),
      [SETTING.WEB_DIRECTORY]: join(context.folder, 'web'),
    });
    const origin = `http://127.0.0.1:${names.port}`;
    this.page = new PageWatch(origin, site);
    this.pageUrl = `${origin}/?site=${site}&window=24h`;
  }

  /** Nothing runs yet. What it starts is ended with the row. */
  static async open(context: ScenarioContext, options: StageOptions): Promise<Stage> {
    const topic = `${context.name}-${randomBytes(3).toString('hex')}`;
    const kafka = context.kafka.client('clickstream-faults');
    await ensureTopic(kafka, { topic, partitions });
    const admin = kafka.admin();
    await admin.connect();
    bundleWeb(join(context.folder, 'web'));
    const stage = new Stage(context, options, admin, { topic, port: await findFreePort() });
    context.onEnd(() => stage.close());
    return stage;
  }

  private get groupId(): string {
    return `${this.topic}-group`;
  }

  /** Settings of a program on this stage. */
  env(): Readonly<Record<string, string>> {
    const { options, context, topic } = this;
    return {
      [SETTING.KAFKA_BROKERS]: options.programsKafka ?? context.kafka.brokers,
      [SETTING.REDIS_URL]: options.programsRedisUrl ?? options.redisUrl,
      [SETTING.TOPIC]: topic,
      [SETTING.TOPIC_PARTITIONS]: String(partitions),
      [SETTING.SITES]: site,
      [SETTING.CONSUMER_GROUP]: this.groupId,
      [SETTING.SESSION_TIMEOUT_MS]: String(sessionTimeoutMs),
    };
  }

  program(
    entry: string,
    name: string,
    env: Readonly<Record<string, string>>,
    onLine?: (line: string) => void,
    preload?: string,
  ): ControlledProcess {
    return this.context.programs.prepare({
      entry,
      name,
      env: { ...this.env(), ...env },
      logFolder: this.context.folder,
      ...(onLine === undefined ? {} : { onLine }),
      ...(preload === undefined ? {} : { preload }),
    });
  }

  /** Runs a command of the product as a person would, and answers its exit code. */
  async runToEnd(entry: string, name: string, onLine?: (line: string) => void): Promise<number | null> {
    const command = this.program(entry, name, {}, onLine);
    command.start();
    return command.untilEnded();
  }

  /** Starts the programs, and resolves when the page is live: from now on it is measured. */
  async play(): Promise<void> {
    for (const program of [this.producer, ...this.eventSources, this.dashboard]) program.start();
    await until('the page is live', startsWithinMs, () => this.page.said === 'live');
    this.page.forget();
    this.progress = new ProgressWatch(this.shards);
  }

  /** By partition. */
  async bounds(): Promise<readonly PartitionBounds[]> {
    const rows = await this.admin.fetchTopicOffsets(this.topic);
    return rows
      .toSorted((a, b) => a.partition - b.partition)
      .map(({ low, high }) => ({ low: Number(low), high: Number(high) }));
  }

  /** What each partition has counted: the shard's `next`. */
  async nexts(): Promise<readonly number[]> {
    return (await this.shards.states()).map(({ next }) => Number(next ?? 0));
  }

  /** What the consumer group has committed of each partition; 0 where nothing. */
  async groupOffsets(): Promise<readonly number[]> {
    const [group] = await this.admin.fetchOffsets({ groupId: this.groupId, topics: [this.topic] });
    const offsets = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return Array.from({ length: partitions }, (_, partition) => Math.max(0, offsets.get(partition) ?? 0));
  }

  private async close(): Promise<void> {
    await Promise.all([this.producer, ...this.eventSources, this.dashboard].map((program) => program.stop()));
    await this.progress?.end();
    await this.page.end();
    this.shards.close();
    await this.admin.deleteTopics({ topics: [this.topic] }).catch(() => undefined);
    await this.admin.disconnect();
  }
}
