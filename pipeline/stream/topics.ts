/**
 * Makes the topic of events with every vital setting stated, so that counting does not depend on a broker's defaults.
 * A topic that is already there is left as it is: what differs is reported, for a person to decide.
 */
import { type Admin, ConfigResourceTypes, type Kafka } from 'kafkajs';
import { DAY_MS } from '../core/limits';

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  /** Default -1: the broker's. */
  readonly replicationFactor?: number;
  /** Default VITAL_SETTINGS: those of the topic of events. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface TopicDifference {
  readonly setting: string;
  readonly expected: string;
  readonly actual: string;
}

export interface TopicReport {
  readonly topic: string;
  /** True where this call made it. */
  readonly created: boolean;
  /** Partitions that it has, which may differ from what was asked. */
  readonly partitions: number;
  /** Vital settings that differ; empty is good. */
  readonly differences: readonly TopicDifference[];
}

/** The topic did not become usable in time. */
export class TopicNotReadyError extends Error {
  override readonly name = 'TopicNotReadyError';
}

export const retentionMs = 7 * DAY_MS;

/**
 * LogAppendTime: log time is the only clock that counting knows. No compaction: it would take counted records away.
 * Retention: what repair, rebuild and audit can read.
 */
export const VITAL_SETTINGS: Readonly<Record<string, string>> = {
  'message.timestamp.type': 'LogAppendTime',
  'cleanup.policy': 'delete',
  'retention.ms': String(retentionMs),
};

const readyWithinMs = 30_000;
const pollMs = 100;

/** Idempotent, and safe with several programs at once. Throws TopicNotReadyError. */
export async function ensureTopic(kafka: Kafka, spec: TopicSpec): Promise<TopicReport> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const created = await createTopic(admin, spec);
    const partitions = await waitForLeaders(admin, spec.topic);
    const differences = created ? [] : await compareSettings(admin, spec, partitions);
    return { topic: spec.topic, created, partitions, differences };
  } finally {
    await admin.disconnect();
  }
}

/** One line for a person for each difference. */
export function describeDifference(topic: string, difference: TopicDifference): string {
  const { setting, actual, expected } = difference;
  return `topic ${topic}: ${setting} is ${actual}, expected ${expected}; it is left as it is`;
}

async function createTopic(admin: Admin, spec: TopicSpec): Promise<boolean> {
  // Asked first: a program that may write but not create topics can then still start beside an existing topic.
  if ((await admin.listTopics()).includes(spec.topic)) return false;
  return admin.createTopics({
    waitForLeaders: false,
    topics: [
      {
        topic: spec.topic,
        numPartitions: spec.partitions,
        replicationFactor: spec.replicationFactor ?? -1,
        configEntries: Object.entries(spec.settings ?? VITAL_SETTINGS).map(([name, value]) => ({
          name,
          value,
        })),
      },
    ],
  });
}

/** A new topic is visible before it can be used, and on KRaft kafkajs' own waiting can fail (tulios/kafkajs#815). */
async function waitForLeaders(admin: Admin, topic: string): Promise<number> {
  const deadlineMs = Date.now() + readyWithinMs;
  for (;;) {
    const partitions = await readPartitions(admin, topic);
    if (partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)) return partitions.length;
    if (Date.now() > deadlineMs) {
      throw new TopicNotReadyError(
        `topic ${topic} has no leader for every partition after ${readyWithinMs / 1000} s`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function readPartitions(admin: Admin, topic: string): Promise<readonly { readonly leader: number }[]> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics.find(({ name }) => name === topic)?.partitions ?? [];
  } catch (error) {
    const type = (error as { type?: string }).type ?? '';
    if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'LEADER_NOT_AVAILABLE') return [];
    throw error;
  }
}

async function compareSettings(
  admin: Admin,
  spec: TopicSpec,
  partitions: number,
): Promise<readonly TopicDifference[]> {
  const settings = spec.settings ?? VITAL_SETTINGS;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: spec.topic, configNames: Object.keys(settings) }],
  });
  const actual = new Map(
    resources.flatMap(({ configEntries }) =>
      configEntries.map((entry) => [entry.configName, entry.configValue]),
    ),
  );
  const differences = Object.entries(settings)
    .map(([setting, expected]) => ({ setting, expected, actual: String(actual.get(setting) ?? 'unknown') }))
    .filter((row) => row.actual !== row.expected);
  if (partitions === spec.partitions) return differences;
  return [
    { setting: 'partitions', expected: String(spec.partitions), actual: String(partitions) },
    ...differences,
  ];
}
