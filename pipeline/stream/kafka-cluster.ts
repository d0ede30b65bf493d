/**
 * Connections to brokers for plain fetches. kafkajs keeps the maker of its connections behind a symbol; taking it keeps
 * brokers, TLS, IAM and log as configured, and needs no consumer group.
 */
import type { Kafka } from 'kafkajs';

export interface FetchedPartition {
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  /** The log's start offset; the name is kafkajs'. */
  readonly lastStartOffset: string;
}

export interface FetchingBroker {
  fetch(request: object): Promise<{ responses: readonly { partitions: readonly FetchedPartition[] }[] }>;
}

export interface KafkaCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  isConnected(): boolean;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, unknown>>;
  findBroker(broker: { readonly nodeId: string }): Promise<FetchingBroker>;
}

/** Of a fetch: aborted transactions are left out of the answer. */
export const readCommitted = 1;
const metadataMaxAgeMs = 300_000;

export function openCluster(kafka: Kafka): KafkaCluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create = symbol && (kafka as unknown as Record<symbol, (options: object) => KafkaCluster>)[symbol];
  if (create === undefined) throw new Error('kafkajs is not the pinned version: it has no createCluster');
  return create({
    metadataMaxAge: metadataMaxAgeMs,
    allowAutoTopicCreation: false,
    isolationLevel: readCommitted,
  });
}
