/**
 * A topic that the row itself writes to, counted by the real event source and consumer, a process of its own, into a Redis of its
 * own. For rows whose fault lies in the records: nothing is killed, and nothing may die.
 */
import { randomBytes } from 'node:crypto';
import type { Admin } from 'kafkajs';
import { SETTING } from '../pipeline/settings';
import { STATE } from '../pipeline/store/keys';
import { ensureTopic } from '../pipeline/stream/topics';
import type { ControlledProcess } from './controlled-process';
import { type MemoryCourse, MemoryWatch } from './memory-watch';
import { ProgressWatch } from './progress-watch';
import { RecordWriter } from './record-writer';
import { IN_MEMORY, RedisServer } from './redis-server';
import { type ScenarioContext, until } from './scenario';
import { StoredShards } from './stored-shards';

export interface FedTopicOptions {
  /** The value of SITES. */
  readonly sites: string;
  readonly partitions: number;
}

const startsWithinMs = 60_000;
/** Nobody kills this store: it is busy where it does not answer. */
const commandTimeoutMs = 60_000;
/** Nothing is counted for so long: it hangs. */
const hangsAfterMs = 120_000;

export class FedTopic {
  readonly shards: StoredShards;
  private readonly firstPid: number | undefined;
  private readonly memory: MemoryWatch | undefined;
  private readonly progress: ProgressWatch;

  private constructor(
    readonly name: string,
    readonly redis: RedisServer,
    readonly writer: RecordWriter,
    private readonly context: ScenarioContext,
    private readonly options: FedTopicOptions,
    private readonly admin: Admin,
    private readonly eventSource: ControlledProcess,
  ) {
    this.shards = new StoredShards(redis.url, name, options.partitions, commandTimeoutMs);
    eventSource.start();
    this.firstPid = eventSource.pid;
    this.memory = this.firstPid === undefined ? undefined : new MemoryWatch(this.firstPid);
    this.progress = new ProgressWatch(this.shards);
  }

  /** `purpose`: tells several of one row apart. What it starts is ended with the row. */
  static async open(context: ScenarioContext, purpose: string, options: FedTopicOptions): Promise<FedTopic> {
    const name = `${context.name}-${purpose}-${randomBytes(3).toString('hex')}`;
    const redis = await RedisServer.start(context, IN_MEMORY, `redis-${purpose}`);
    const kafka = context.kafka.client('clickstream-faults');
    await ensureTopic(kafka, { topic: name, partitions: options.partitions });
    const admin = kafka.admin();
    await admin.connect();
    const writer = await RecordWriter.open(kafka, name, options.partitions);
    const eventSource = context.programs.prepare({
      entry: 'local/processor.ts',
      name: `event-source-${purpose}`,
      env: envOf(context, name, redis, options),
      logFolder: context.folder,
    });
    const topic = new FedTopic(name, redis, writer, context, options, admin, eventSource);
    context.onEnd(() => topic.close());
    return topic;
  }

  /** Settings of a program that looks at this topic. */
  env(): Readonly<Record<string, string>> {
    return envOf(this.context, this.name, this.redis, this.options);
  }

  get logFile(): string {
    return this.eventSource.spec.outputFile;
  }

  get stalledMs(): number {
    return this.progress.stalledMs;
  }

  /** Records that are counted, whatever became of them. */
  async counted(): Promise<number> {
    const states = await this.shards.states();
    return states.reduce((sum, state) => sum + Number(state[STATE.next] ?? 0), 0);
  }

  /** Resolves when all that was written is counted; how long that took since the last was acknowledged, milliseconds. */
  async untilCounted(): Promise<number> {
    await this.writer.flush();
    const fromMs = performance.now();
    const rows = await this.admin.fetchTopicOffsets(this.name);
    this.progress.noteEnds(
      rows.toSorted((a, b) => a.partition - b.partition).map(({ high }) => Number(high)),
    );
    let furthest = -1;
    while (furthest < this.writer.written) {
      const before = furthest;
      await until('more is counted', hangsAfterMs, async () => {
        furthest = await this.counted();
        return furthest > before || furthest >= this.writer.written || !this.eventSource.isAlive();
      });
      if (!this.eventSource.isAlive()) break;
    }
    return performance.now() - fromMs;
  }

  /** The processes that count join before the first record, so that the run is measured and not their start. */
  async untilStarted(): Promise<void> {
    await until('the event source has joined its group', startsWithinMs, async () => {
      const { groups } = await this.admin.describeGroups([this.env()[SETTING.CONSUMER_GROUP] as string]);
      return groups[0]?.state === 'Stable';
    });
  }

  /** Ends the watches. What is wrong with the process: it must be the one that was started. */
  async watched(): Promise<{ readonly memory: MemoryCourse | undefined; readonly violations: string[] }> {
    await this.progress.end();
    const memory = await this.memory?.end();
    const isSame = this.eventSource.isAlive() && this.eventSource.pid === this.firstPid;
    return { memory, violations: isSame ? [] : [`the event source ended: see ${this.logFile}`] };
  }

  private async close(): Promise<void> {
    await this.eventSource.stop();
    await this.progress.end();
    await this.memory?.end();
    await this.writer.close();
    this.shards.close();
    await this.admin.deleteTopics({ topics: [this.name] }).catch(() => undefined);
    await this.admin.disconnect();
  }
}

function envOf(
  context: ScenarioContext,
  topic: string,
  redis: RedisServer,
  { sites, partitions }: FedTopicOptions,
): Readonly<Record<string, string>> {
  return {
    [SETTING.KAFKA_BROKERS]: context.kafka.brokers,
    [SETTING.REDIS_URL]: redis.url,
    [SETTING.TOPIC]: topic,
    [SETTING.TOPIC_PARTITIONS]: String(partitions),
    [SETTING.SITES]: sites,
    [SETTING.CONSUMER_GROUP]: `${topic}-group`,
  };
}
