/** The producer from start to end: the topic, the traffic, the collector, the reports, and leaving in order. */
import { randomInt } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { Collector } from '../collector/collector';
import { kafkaClient } from '../pipeline/stream/kafka-client';
import { isPassing } from '../pipeline/stream/passing-errors';
import { describeDifference, ensureTopic, TopicNotReadyError } from '../pipeline/stream/topics';
import { type ProducerConfiguration, seedMax } from './configuration';
import { touchHealthFile } from './health';
import { reportRate } from './rate-report';
import type { SpikeOptions } from './simulator/spike';
import type { SpikeAnswer } from './spike-request';
import { startTraffic } from './traffic';

export type ProducerLog = (
  fields: { readonly message: string } & Readonly<Record<string, string | number>>,
) => void;

const retryPauseMs = 1_000;
/** Requests that are under way are answered within it; local runs must end within five seconds. */
const stopCollectorWithinMs = 3_000;

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
  const collector = await startCollector(kafka, configuration, log);
  const report = await Promise.race([patiently(() => ensureTopic(kafka, { topic, partitions })), ended]);
  if (typeof report === 'string') return 0;
  const opening = collector?.open(report.partitions);
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
  // Traffic that goes through the collector ends before it.
  const isViaHttp = configuration.via === 'http';
  const sooner = isViaHttp ? await traffic.stop() : 0;
  const isAnswered = (await collector?.stop(stopCollectorWithinMs)) ?? true;
  await opening;
  const unsent = isViaHttp ? sooner : await traffic.stop();
  const { acknowledged } = traffic.counts();
  log({ message: 'ended', reason, acknowledged, unsent, collected: collector?.acknowledged ?? 0 });
  return unsent === 0 && isAnswered ? 0 : 1;
}

/** It listens before Kafka is there, and says 503 until then. Rejects where its port is taken. */
async function startCollector(
  kafka: Kafka,
  { collector: configuration, stream }: ProducerConfiguration,
  log: ProducerLog,
): Promise<Collector | undefined> {
  if (configuration === undefined) return undefined;
  const say = (message: string): void => log({ message });
  const fail = (error: unknown): never => {
    throw error;
  };
  const collector = new Collector(kafka, { topic: stream.topic, configuration, say, fail });
  log({ message: 'collecting', host: configuration.host, port: await collector.listen() });
  return collector;
}

/** Kafka may start after us: a person has been told that it is away, and we wait. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(isPassing(error) || error instanceof TopicNotReadyError)) throw error;
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

/** undefined: no parent that listens. */
function parentTeller(): ((message: object) => void) | undefined {
  if (process.send === undefined) return undefined;
  return (message) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
}
