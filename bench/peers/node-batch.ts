/** Kafkajs with one pipeline a batch: what somebody writes who knows Node and has read both manuals. At least once. */
import Redis from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';

const env = process.env as Readonly<Record<string, string>>;
const mebibyte = 1024 * 1024;

interface View {
  readonly timestamp: string;
  readonly anonymousId: string;
  readonly properties: { readonly path: string };
}

class Counts {
  private readonly pages = new Map<string, number>();
  private readonly minutes = new Map<string, Map<string, number>>();
  private readonly visitors = new Map<string, Set<string>>();

  add({ timestamp, anonymousId, properties }: View): void {
    const minute = timestamp.slice(0, 16);
    let views = this.minutes.get(minute);
    if (views === undefined) {
      views = new Map();
      this.minutes.set(minute, views);
      this.visitors.set(minute, new Set());
    }
    views.set(properties.path, (views.get(properties.path) ?? 0) + 1);
    this.visitors.get(minute)?.add(anonymousId);
  }

  async write(redis: Redis): Promise<void> {
    const pipeline = redis.pipeline();
    for (const [minute, views] of this.minutes) {
      for (const [page, count] of views) {
        pipeline.hincrby(`peers:pages:${minute}`, page, count);
        this.pages.set(page, (this.pages.get(page) ?? 0) + count);
      }
    }
    for (const [page, count] of this.pages) pipeline.hincrby('peers:pages', page, count);
    for (const [minute, ids] of this.visitors) pipeline.pfadd(`peers:visitors:${minute}`, ...ids);
    await pipeline.exec();
  }
}

async function main(): Promise<void> {
  const redis = new Redis(env.REDIS_URL as string);
  const brokers = (env.KAFKA_BROKERS as string).split(',');
  const kafka = new Kafka({ clientId: 'node-batch', brokers, logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({
    groupId: env.CONSUMER_GROUP as string,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_500,
    rebalanceTimeout: 6_000,
    maxBytesPerPartition: 2 * mebibyte,
    maxBytes: 32 * mebibyte,
    maxWaitTimeInMs: 200,
  });
  await consumer.connect();
  await consumer.subscribe({ topic: env.TOPIC as string, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 4,
    eachBatch: async ({ batch, heartbeat }) => {
      const counts = new Counts();
      for (const { value } of batch.messages) counts.add(JSON.parse(String(value)) as View);
      await counts.write(redis);
      const offset = String(BigInt(batch.lastOffset()) + 1n);
      await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
      await heartbeat();
    },
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
