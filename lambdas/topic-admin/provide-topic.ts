/** Makes the topic, or lets an existing one grow to the partitions that are wanted. Nothing else of it is ever changed. */
import type { Kafka } from 'kafkajs';
import {
  describeDifference,
  ensureTopic,
  type TopicReport,
  type TopicSpec,
} from '../../pipeline/stream/topics';
import type { WriteLog } from '../structured-log';

/** Fewer partitions than the topic has: Kafka cannot take any away, and counting must know how many there are. */
export class TopicShrinkError extends Error {
  override readonly name = 'TopicShrinkError';
}

/** Throws TopicShrinkError, TopicNotReadyError. Settings that differ are logged for a person to decide. */
export async function provideTopic(kafka: Kafka, spec: TopicSpec, log: WriteLog): Promise<TopicReport> {
  const report = await ensureTopic(kafka, spec);
  if (report.partitions > spec.partitions) {
    throw new TopicShrinkError(
      `topic ${spec.topic} has ${report.partitions} partitions; allowed: that many or more, not ${spec.partitions}`,
    );
  }
  const grows = report.partitions < spec.partitions;
  if (grows) await growTopic(kafka, spec);
  const differences = report.differences.filter(({ setting }) => setting !== 'partitions');
  for (const difference of differences) log('warn', describeDifference(spec.topic, difference));
  const { created } = report;
  log('info', 'topic is there', { topic: spec.topic, created, partitions: spec.partitions });
  return { topic: spec.topic, created, partitions: spec.partitions, differences };
}

/** On one line, as an output of a stack shows it. */
export function describeDifferences({ differences }: TopicReport): string {
  if (differences.length === 0) return 'none';
  return differences
    .map(({ setting, actual, expected }) => `${setting} is ${actual}, expected ${expected}`)
    .join('; ');
}

async function growTopic(kafka: Kafka, spec: TopicSpec): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createPartitions({ topicPartitions: [{ topic: spec.topic, count: spec.partitions }] });
  } finally {
    await admin.disconnect();
  }
}
