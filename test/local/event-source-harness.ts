/** A topic of its own on the run's real Kafka, an event source on it, and everything that its handler was invoked with. */
import type { Kafka, Message } from 'kafkajs';
import {
  type EventSource,
  type EventSourceOptions,
  startEventSource,
} from '../../local/event-source/event-source';
import { functionInvoker } from '../../local/event-source/invoker';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import type { MskEvent } from '../../pipeline/stream/msk-event';
import { ensureTopic } from '../../pipeline/stream/topics';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';

/** One invocation: its first partition, and the offsets of it. */
export interface Invoked {
  readonly partition: number;
  readonly offsets: readonly number[];
}

export interface HarnessOptions extends Partial<EventSourceOptions> {
  readonly functionTimeoutMs?: number;
}

export type OnEvent = (event: MskEvent, invoked: Invoked) => unknown;

export class EventSourceHarness {
  readonly topic = uniqueTopic('source');
  readonly groupId = `${this.topic}-group`;
  readonly invoked: Invoked[] = [];
  readonly kafka: Kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'test', () => {});
  private readonly sources: EventSource[] = [];

  async makeTopic(partitions: number): Promise<void> {
    await ensureTopic(this.kafka, { topic: this.topic, partitions });
  }

  async write(partition: number, messages: readonly Omit<Message, 'partition'>[]): Promise<void> {
    const producer = this.kafka.producer();
    await producer.connect();
    await producer.send({
      topic: this.topic,
      messages: messages.map((message) => ({ ...message, partition })),
    });
    await producer.disconnect();
  }

  async writeValues(partition: number, ...values: string[]): Promise<void> {
    await this.write(
      partition,
      values.map((value) => ({ value })),
    );
  }

  start(onEvent: OnEvent, { functionTimeoutMs = 5_000, ...changes }: HarnessOptions = {}): EventSource {
    const handler = (event: MskEvent): unknown => {
      const [records = []] = Object.values(event.records);
      const invoked = {
        partition: records[0]?.partition ?? -1,
        offsets: records.map(({ offset }) => offset),
      };
      this.invoked.push(invoked);
      return onEvent(event, invoked);
    };
    const source = startEventSource({
      kafka: this.kafka,
      groupId: this.groupId,
      topic: this.topic,
      invoker: functionInvoker(handler, 'test', functionTimeoutMs),
      functionName: 'test',
      bootstrapServers: 'b-1.example:9092,b-2.example:9092',
      batchSize: 100,
      batchWindowMs: 50,
      ...changes,
    });
    this.sources.push(source);
    return source;
  }

  /** One partition, whose records keep the timestamps that they were written with. */
  async makeTopicOfProducersTime(): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'message.timestamp.type', value: 'CreateTime' }];
    await admin.createTopics({ topics: [{ topic: this.topic, numPartitions: 1, configEntries }] });
    await admin.disconnect();
  }

  /** One partition, whose batches the broker stores with this codec, whatever its producers use. */
  async makeCompressedTopic(codec: string): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'compression.type', value: codec }];
    await admin.createTopics({ topics: [{ topic: this.topic, numPartitions: 1, configEntries }] });
    await admin.disconnect();
  }

  async makeFailureTopic(): Promise<string> {
    const topic = `${this.topic}-failed`;
    await ensureTopic(this.kafka, { topic, partitions: 2 });
    return topic;
  }

  /** All values and keys of a topic, once there are as many. */
  async readTopic(topic: string, count: number): Promise<{ key: string | null; value: string }[]> {
    const read: { key: string | null; value: string }[] = [];
    const consumer = this.kafka.consumer({ groupId: `${topic}-reader` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        read.push({ key: message.key?.toString() ?? null, value: String(message.value) });
      },
    });
    await until(() => read.length >= count);
    await consumer.disconnect();
    return read;
  }

  /** Offsets of a partition in the order of their invocations, repeats included. */
  offsetsOf(partition: number): readonly number[] {
    return this.invoked.filter((call) => call.partition === partition).flatMap(({ offsets }) => offsets);
  }

  /** -1: none committed, or the group's coordinator is not ready yet. */
  async committed(partition: number): Promise<number> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const [found] = await admin.fetchOffsets({ groupId: this.groupId, topics: [this.topic] });
      return Number(found?.partitions.find((row) => row.partition === partition)?.offset ?? -1);
    } catch {
      return -1;
    } finally {
      await admin.disconnect();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.sources.map((source) => source.stop(5_000)));
  }
}

const untilMsMax = 100_000;

/** Waits until it holds; gives up, so that a test that failed leaves no loop behind. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + untilMsMax;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`after ${untilMsMax / 1000} s still not: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
