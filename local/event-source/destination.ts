/** On-failure destinations: a Kafka topic of the same cluster, and folders that stand in for SQS and S3. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka, Producer } from 'kafkajs';
import type { GivenUp } from './delivery-plan';
import { type FailureContext, type FailureMessage, failureDocument, failureMessages } from './failure-record';
import { type OnFailure, OptionRefusedError } from './mapping-options';
import type { QueuedRecord } from './record-queue';

export interface Destination {
  /** Throws OptionRefusedError where it can never be used, and whatever Kafka throws where it is away. */
  open(): Promise<void>;
  /** Rejects where they are not kept: then it is called again with the same. */
  keep(context: FailureContext, givenUp: GivenUp<QueuedRecord>): Promise<void>;
  close(): Promise<void>;
}

export function openableDestination(kafka: Kafka, onFailure: OnFailure): Destination {
  if (onFailure.kind === 'kafka_topic') return new TopicDestination(kafka, onFailure.topic);
  return new FolderDestination(onFailure.folder, onFailure.kind === 'bucket_folder');
}

/** A broker takes 1 MB in one request by default; a message above it can only be sent alone, and be refused. */
const chunkBytesMax = 512 * 1024;

function inChunks(messages: readonly FailureMessage[]): FailureMessage[][] {
  const chunks: FailureMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.value) + (message.key?.length ?? 0);
    const chunk = chunks.at(-1);
    if (chunk === undefined || bytes + size > chunkBytesMax) {
      chunks.push([message]);
      bytes = size;
    } else {
      chunk.push(message);
      bytes += size;
    }
  }
  return chunks;
}

class TopicDestination implements Destination {
  private producer: Producer | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
  ) {}

  async open(): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      if (!(await admin.listTopics()).includes(this.topic)) {
        throw new OptionRefusedError('onFailure', `kafka://${this.topic}`, 'a topic that exists');
      }
    } finally {
      await admin.disconnect();
    }
    if (this.producer !== undefined) return;
    const producer = this.kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    this.producer = producer;
  }

  async keep(context: FailureContext, givenUp: GivenUp<QueuedRecord>): Promise<void> {
    if (this.producer === undefined) throw new Error('the destination is not open');
    for (const messages of inChunks(failureMessages(context, givenUp))) {
      await this.producer.send({ topic: this.topic, messages: [...messages], acks: -1 });
    }
  }

  async close(): Promise<void> {
    await this.producer?.disconnect();
  }
}

class FolderDestination implements Destination {
  constructor(
    private readonly folder: string,
    private readonly withEvent: boolean,
  ) {}

  async open(): Promise<void> {
    try {
      mkdirSync(this.folder, { recursive: true });
    } catch (error) {
      throw new OptionRefusedError(
        'onFailure',
        this.folder,
        `a folder that can be made (${(error as Error).message})`,
      );
    }
  }

  /** A file is there whole or not at all. */
  async keep(context: FailureContext, givenUp: GivenUp<QueuedRecord>): Promise<void> {
    const time = new Date(context.nowMs).toISOString().replaceAll(':', '.');
    const file = join(this.folder, `${time}-${randomUUID()}`);
    writeFileSync(`${file}.part`, failureDocument(context, givenUp, this.withEvent));
    renameSync(`${file}.part`, `${file}.json`);
  }

  async close(): Promise<void> {}
}
