/** The producer from start to end: the topic, the traffic, the reports, and leaving in order. */
import { randomInt } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { kafkaClient } from '../pipeline/stream/kafka-client';
import { describeDifference, ensureTopic } from '../pipeline/stream/topics';
import { type ProducerConfiguration, seedMax } from './configuration';
import { touchHealthFile } from './health';
import { reportRate } from './rate-report';
import type { SpikeOptions } from './simulator/spike';
import type { SpikeAnswer } from './spike-request';
import { startTraffic } from './traffic';

export type ProducerLog = (fields: Readonly<Record<string, string | number>>) => void;

const retryPauseMs = 1_000;

export interface ProducerSignals {
  /** Resolves, with the reason, when the program is to end. */
  readonly ended: Promise<string>;
  /** Is called with what answers each wish for a news spike. */
  readonly onSpike: (answer: (options: SpikeOptions) => SpikeAnswer) => void;
}

/** Runs until it is told to end; answers the exit code. */
export async function runProducer(
  configuration: ProducerConfiguration,
  { ended, onSpike }: ProducerSignals,
  log: ProducerLog,
): Promise<number> {
  const say = (message: string): void => log({ message });
  const { topic, partitions } = configuration.stream;
  const kafka = kafkaClient(configuration.stream, 'clickstream-producer', say);
  const report = await Promise.race([patiently(() => ensureTopic(kafka, { topic, partitions })), ended]);
  if (typeof report === 'string') return 0;
  // Of a topic that was made this moment, partitions may not have a leader yet.
  const isTopicEmpty = configuration.pastMs > 0 && (await patiently(() => isEmpty(kafka, topic)));
  for (const difference of report.differences) say(describeDifference(topic, difference));

  const seed = configuration.seed ?? randomInt(seedMax);
  const rate = configuration.simulator ? configuration.eventsPerSecond : 0;
  log({ message: 'producing', topic, partitions: report.partitions, eventsPerSecond: rate, seed });
  const traffic = startTraffic(kafka, configuration, {
    partitions: report.partitions,
    seed,
    isTopicEmpty,
    say,
    onHeartbeat: () => touchHealthFile(Date.now()),
  });
  onSpike((options) => traffic.spike(options));
  const stopReporting = reportRate(traffic.counts, parentTeller(), log);

  const reason = await ended;
  stopReporting();
  const unsent = await traffic.stop();
  const { acknowledged } = traffic.counts();
  log({ message: 'ended', reason, acknowledged, unsent });
  return unsent === 0 ? 0 : 1;
}

/** Kafka may start after us: a person has been told that it is away, and we wait. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryPauseMs));
    }
  }
}

/** A topic that has records has a past already: another one would lie on top of it, also where this program is started again. */
async function isEmpty(kafka: Kafka, topic: string): Promise<boolean> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return (await admin.fetchTopicOffsets(topic)).every(({ high }) => high === '0');
  } finally {
    await admin.disconnect();
  }
}

function isAway(error: unknown): boolean {
  const { name, message, cause } = error as Error;
  return /Connection|Timeout|BrokerNotFound|Topic.*NotReady|Leader/.test(
    `${name} ${message} ${(cause as Error)?.name}`,
  );
}

/** undefined: no parent that listens. */
function parentTeller(): ((message: object) => void) | undefined {
  if (process.send === undefined) return undefined;
  return (message) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
}
