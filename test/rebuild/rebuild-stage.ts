/** A topic with records of every kind on a real Kafka, counted into a real Redis, and what tests of rebuilds do with both. */
import type { Kafka } from 'kafkajs';
import { audit } from '../../audit/audit';
import { differencesOf } from '../../audit/print-report';
import type { RebuildOptions } from '../../lambdas/rebuild/rebuild-partition';
import { type RebuildReport, rebuildTopic } from '../../lambdas/rebuild/rebuild-topic';
import type { Rebuilder } from '../../lambdas/rebuild/rebuilder';
import { shardTag, stateKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { RedisRebuildStore } from '../../pipeline/store/redis-rebuild-store';
import type { ShardContent } from '../../pipeline/store/shard-content';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { kafkaLogSource } from '../../pipeline/stream/log-source';
import { ensureTopic, VITAL_SETTINGS } from '../../pipeline/stream/topics';
import { consume, countTopic, DEMO_ONLY, readAll } from '../audit/count-topic';
import { PARTITIONS, writeVariedLog } from '../audit/varied-log';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { connectTestRedis } from '../support/test-redis';

export { PARTITIONS };

export class RebuildStage {
  readonly topic = uniqueTopic('rebuild');
  readonly kafka: Kafka = kafkaClient(
    { brokers: testBrokers(), auth: 'plain' },
    'rebuild-test',
    () => undefined,
  );
  readonly store: RedisRebuildStore;
  readonly commits: RedisCommitStore;
  readonly partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);

  /** `redis`: default: the test run's, which is left without the topic's keys. */
  constructor(readonly redis: RedisClient = connectTestRedis()) {
    this.store = new RedisRebuildStore(redis);
    this.commits = new RedisCommitStore(redis);
  }

  async open(): Promise<void> {
    await writeVariedLog(this.kafka, this.topic);
  }

  /** `compression`: as the broker stores the log. */
  async openSmall(compression = 'producer'): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    const settings = { ...VITAL_SETTINGS, 'compression.type': compression };
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [{ topic: this.topic, numPartitions: PARTITIONS, configEntries }] });
    await admin.disconnect();
    await ensureTopic(this.kafka, { topic: this.topic, partitions: PARTITIONS });
    await this.writeMore(200);
  }

  /** Every partition whole, as the event source would. */
  countAll(): Promise<void> {
    return countTopic(this.kafka, this.commits, this.topic, PARTITIONS);
  }

  rebuilder(changes: Partial<Rebuilder> = {}): Rebuilder {
    return {
      logs: kafkaLogSource(this.kafka),
      store: this.store,
      commits: new RedisCommitStore(this.redis, { intoMoved: true }),
      rules: { sites: DEMO_ONLY, partitionCount: PARTITIONS, nonce: 'nonce0123456789nonce' },
      ...changes,
    };
  }

  rebuild(options: RebuildOptions = {}, changes: Partial<Rebuilder> = {}): Promise<RebuildReport> {
    return rebuildTopic(this.rebuilder(changes), this.topic, this.partitions, 'test', options);
  }

  shard(generation: number, partition = 0) {
    return { topic: this.topic, generation, partition };
  }

  content(generation: number, partition = 0): Promise<ShardContent> {
    return this.store.readContent(this.shard(generation, partition));
  }

  async stateOf(generation: number, partition = 0): Promise<Record<string, string>> {
    return this.redis.hgetall(stateKey(shardTag(this.shard(generation, partition))));
  }

  async countedGenerations(): Promise<number[]> {
    const all = this.partitions.map((partition) => this.store.generations(this.topic, partition));
    return (await Promise.all(all)).map(({ counted }) => counted);
  }

  async differences(): Promise<readonly string[]> {
    const report = await audit({ kafka: this.kafka, redis: this.redis, topic: this.topic, sites: DEMO_ONLY });
    return differencesOf(report).map(({ cell, log, store }) => `${cell}: ${log}, ${store}`);
  }

  /** Page views of today at the end of the log. */
  async writeMore(views: number): Promise<void> {
    const producer = this.kafka.producer();
    await producer.connect();
    const messages = Array.from({ length: views }, (_, i) => ({
      key: `demo:late-${i}`,
      value: JSON.stringify({
        v: 1,
        type: 'page',
        siteId: 'demo',
        messageId: `more-${Math.random()}`,
        anonymousId: `late-${i}`,
        timestamp: new Date().toISOString(),
        properties: { path: `/late/${i % 5}` },
      }),
    }));
    await producer.send({ topic: this.topic, messages });
    await producer.disconnect();
  }

  /** What lies above what each partition's consumer has counted, by consumers that ask for their generation anew. */
  async countRest(): Promise<void> {
    for (const partition of this.partitions) {
      const { counted } = await this.store.generations(this.topic, partition);
      const from = (await this.store.standing(this.shard(counted, partition)))?.next ?? 0;
      const records = await readAll(this.kafka, this.topic, partition, from);
      if (records.length > 0) await consume(this.commits, this.topic, partition, records, PARTITIONS);
    }
  }

  /** The log forgets everything below the offset. */
  async trimLog(partition: number, offset: number): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    // kafkajs deletes only of topics that the connection knows.
    await admin.fetchTopicOffsets(this.topic);
    const partitions = [{ partition, offset: String(offset) }];
    await admin.deleteTopicRecords({ topic: this.topic, partitions });
    await admin.disconnect();
  }

  /** The topic is deleted and made anew, with nothing in it. */
  async remakeTopic(): Promise<void> {
    const { topic } = this;
    const admin = this.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    while ((await admin.listTopics()).includes(topic))
      await new Promise((resolve) => setTimeout(resolve, 50));
    await ensureTopic(this.kafka, { topic, partitions: PARTITIONS });
    await admin.disconnect();
  }

  async close(): Promise<void> {
    const keys = await this.redis.keys(`{${this.topic}*`);
    for (const key of keys) await this.redis.del(key);
    this.redis.disconnect();
  }
}
