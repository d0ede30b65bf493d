/** The topic that all contestants read, and its right answer. */
import { randomBytes } from 'node:crypto';
import { Partitioners } from 'kafkajs';
import { MINUTE_MS } from '../../pipeline/core/limits';
import { SETTING } from '../../pipeline/settings';
import { ensureTopic, VITAL_SETTINGS } from '../../pipeline/stream/topics';
import type { BenchServices } from '../bench-services';
import { batchSettings, partitions } from '../bench-topic';
import { median } from '../figures';
import { benchSite } from '../simulated-log';
import type { Answer } from './answer';
import { makePageViews, noAnswer, type PageView, workMinutes } from './page-views';

const fillBatchRecords = 5_000;
/** Sizes of so many events are looked at. */
const sizesMax = 1_000;

export interface PeersTopic {
  readonly name: string;
  readonly events: number;
  readonly right: Answer;
  /** Of the middle event. */
  readonly viewBytes: number;
  remove(): Promise<void>;
}

/**
 * Half an hour of event time in the minutes before now. The log's time is the events' own, as if they had been written as they
 * happened: half an hour written within seconds would be late for every minute but the last.
 */
export async function makePeersTopic(services: BenchServices, events: number): Promise<PeersTopic> {
  const { kafka } = services;
  const name = `bench-peers-${randomBytes(4).toString('hex')}`;
  const settings = { ...VITAL_SETTINGS, 'message.timestamp.type': 'CreateTime' };
  await ensureTopic(kafka, { topic: name, partitions, settings });
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const send = async (views: readonly PageView[]): Promise<void> => {
    const messages = views.map(({ timestampMs, ...view }) => ({ ...view, timestamp: String(timestampMs) }));
    await producer.send({ topic: name, acks: -1, messages });
  };
  const startMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - workMinutes * MINUTE_MS;
  const right = noAnswer();
  const sizes: number[] = [];
  let batch: PageView[] = [];
  for (const view of makePageViews({ events, partitions, startMs }, right)) {
    if (sizes.length < sizesMax) sizes.push(view.value.length);
    batch.push(view);
    if (batch.length < fillBatchRecords) continue;
    await send(batch);
    batch = [];
  }
  if (batch.length > 0) await send(batch);
  await producer.disconnect();
  return { name, events, right, viewBytes: median(sizes), remove: () => deleteTopics(services, name) };
}

/** Topics whose name begins so: Kafka Streams makes some of its own. */
export async function deleteTopics({ kafka }: BenchServices, prefix: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((name) => name.startsWith(prefix));
  if (topics.length > 0) await admin.deleteTopics({ topics });
  await admin.disconnect();
}

/** What every contestant is told, each taking of it what it knows. */
export function contestantEnv(
  { kafkaBrokers, redisUrl }: BenchServices,
  topic: string,
  group: string,
  stateFolder: string,
): Readonly<Record<string, string>> {
  return {
    [SETTING.KAFKA_BROKERS]: kafkaBrokers,
    [SETTING.REDIS_URL]: redisUrl,
    [SETTING.TOPIC]: topic,
    [SETTING.TOPIC_PARTITIONS]: String(partitions),
    [SETTING.SITES]: benchSite,
    [SETTING.BATCH_SIZE]: String(batchSettings.batchSize),
    [SETTING.BATCH_WINDOW_MS]: String(batchSettings.batchWindowMs),
    [SETTING.AUDIT_INTERVAL_SECONDS]: '0',
    [SETTING.CONSUMER_GROUP]: group,
    STATE_FOLDER: stateFolder,
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
  };
}
