/** A topic of a benchmark's own, from its making to its end: filled, watched while it is counted, audited, forgotten. */
import { randomBytes } from 'node:crypto';
import type { Admin } from 'kafkajs';
import { audit } from '../audit/audit';
import { cellsCompared, differencesOf } from '../audit/print-report';
import { SETTING } from '../pipeline/settings';
import { STATE, shardTag, stateKey, topologyKey } from '../pipeline/store/keys';
import type { RedisClient } from '../pipeline/store/redis-client';
import { batchSender, type OutgoingRecord } from '../pipeline/stream/acknowledged-batch';
import { isPassing } from '../pipeline/stream/passing-errors';
import { ensureTopic } from '../pipeline/stream/topics';
import type { BenchServices } from './bench-services';
import { type AuditedCells, BenchError, sleep } from './benchmark';
import { benchSite, type SimulatedLog, simulateRecords } from './simulated-log';

export const partitions = 8;
/** What the event source is given here: its defaults, stated, so that nobody's environment changes them. */
export const batchSettings = { batchSize: 10_000, batchWindowMs: 100 } as const;

/** Large ones: only how the topic is filled, before anything is measured. */
const fillBatchRecords = 5_000;
const scanCount = 1_000;
const leaderWithinMs = 30_000;

export class BenchTopic {
  private constructor(
    private readonly services: BenchServices,
    readonly name: string,
    private readonly admin: Admin,
    private readonly sites: readonly string[],
  ) {}

  static async make(services: BenchServices, purpose: string, sites = [benchSite]): Promise<BenchTopic> {
    const name = `bench-${purpose}-${randomBytes(4).toString('hex')}`;
    await ensureTopic(services.kafka, { topic: name, partitions });
    const admin = services.kafka.admin();
    await admin.connect();
    return new BenchTopic(services, name, admin, sites);
  }

  /** Settings of a program that works on this topic. */
  env(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return {
      [SETTING.KAFKA_BROKERS]: this.services.kafkaBrokers,
      [SETTING.REDIS_URL]: this.services.redisUrl,
      [SETTING.TOPIC]: this.name,
      [SETTING.TOPIC_PARTITIONS]: String(partitions),
      [SETTING.SITES]: this.sites.join(','),
      [SETTING.BATCH_SIZE]: String(batchSettings.batchSize),
      [SETTING.BATCH_WINDOW_MS]: String(batchSettings.batchWindowMs),
      // What is measured is counting.
      [SETTING.AUDIT_INTERVAL_SECONDS]: '0',
      [SETTING.CONSUMER_GROUP]: `${this.name}-${randomBytes(4).toString('hex')}`,
      ...more,
    };
  }

  /** Writes simulated records. */
  async fill(log: Omit<SimulatedLog, 'partitions'>): Promise<void> {
    const sender = batchSender(this.services.kafka, this.name, () => undefined);
    let batch: OutgoingRecord[] = [];
    for (const { key, value, partition } of simulateRecords({ ...log, partitions })) {
      batch.push({ key, value, partition });
      if (batch.length < fillBatchRecords) continue;
      await sender.send(batch);
      batch = [];
    }
    if (batch.length > 0) await sender.send(batch);
    await sender.close();
  }

  /** Records in the log. */
  async written(): Promise<number> {
    const deadlineMs = performance.now() + leaderWithinMs;
    for (;;) {
      try {
        const rows = await this.admin.fetchTopicOffsets(this.name);
        return rows.reduce((sum, { high }) => sum + Number(high), 0);
      } catch (error) {
        // A topic that was just made has leaders that do not know it yet.
        if (!isPassing(error) || performance.now() > deadlineMs) throw error;
        await sleep(100);
      }
    }
  }

  /** What a record takes in the log; undefined for a Kafka that is not ours. */
  async bytesPerRecord(): Promise<number | undefined> {
    const bytes = this.services.kafkaLogBytes(this.name);
    return bytes === undefined ? undefined : bytes / (await this.written());
  }

  /** Records that the store has counted. */
  async counted(): Promise<number> {
    const pipeline = this.services.redis.pipeline();
    for (let partition = 0; partition < partitions; partition += 1) {
      pipeline.hget(stateKey(shardTag({ topic: this.name, generation: 1, partition })), STATE.next);
    }
    const replies = (await pipeline.exec()) ?? [];
    return replies.reduce((sum, [error, next]) => {
      if (error) throw error;
      return sum + Number(next ?? 0);
    }, 0);
  }

  /** Compares every cell with a recount of the log. Throws BenchError where a partition is not counted to its end. */
  async audit(): Promise<AuditedCells> {
    const { kafka, redis } = this.services;
    const [written, counted] = [await this.written(), await this.counted()];
    if (counted !== written) throw new BenchError(`${counted} of ${written} records are counted`);
    const rules = { listed: new Set(this.sites), defaultSite: benchSite };
    const report = await audit({ kafka, redis, topic: this.name, sites: rules });
    return { compared: cellsCompared(report), differing: differencesOf(report).length };
  }

  /** Deletes what is counted, so that the topic can be counted once more from its beginning. */
  async forgetCounts(): Promise<void> {
    const { redis } = this.services;
    await deleteKeys(redis, `{${this.name}.*`);
    await deleteKeys(redis, `{${this.name}}:audit-base:*`);
    await redis.del(topologyKey(this.name));
  }

  async remove(): Promise<void> {
    await this.forgetCounts();
    await this.admin.deleteTopics({ topics: [this.name] });
    await this.admin.disconnect();
  }
}

export async function deleteKeys(redis: RedisClient, pattern: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = (await redis.call('SCAN', cursor, 'MATCH', pattern, 'COUNT', scanCount)) as [
      string,
      string[],
    ];
    cursor = next;
    if (keys.length > 0) await redis.unlink(...keys);
  } while (cursor !== '0');
}
