/** Writes records to a topic as fast as Kafka takes them, in order, each exactly once: also such as no client of ours would write. */
import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';
import { murmur2 } from '../pipeline/core/partition';

export interface WrittenRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Message['headers'] & object;
}

/** A request's records of one partition make one batch, and the broker takes a batch up to 1 MiB. */
const requestBytesMax = 900_000;
const requestRecordsMax = 4_000;
const recordOverheadBytes = 100;

function bytesOf({ key, value, headers }: WrittenRecord): number {
  const lengthOf = (part: unknown): number =>
    Array.isArray(part)
      ? part.reduce((sum: number, one: unknown) => sum + lengthOf(one), 0)
      : Buffer.isBuffer(part)
        ? part.length
        : 3 * String(part ?? '').length;
  const ofHeaders = Object.entries(headers ?? {}).reduce(
    (sum, [name, held]) => sum + lengthOf(name) + lengthOf(held),
    0,
  );
  return recordOverheadBytes + lengthOf(key) + lengthOf(value) + ofHeaders;
}

export class RecordWriter {
  private waiting: Message[] = [];
  private waitingBytes = 0;
  private sending: Promise<unknown> = Promise.resolve();
  private taken = 0;
  private sent = 0;

  private constructor(
    private readonly producer: Producer,
    private readonly topic: string,
    private readonly partitions: number,
  ) {}

  static async open(kafka: Kafka, topic: string, partitions: number): Promise<RecordWriter> {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return new RecordWriter(producer, topic, partitions);
  }

  get written(): number {
    return this.sent;
  }

  /** Resolves when there is room for more. Rejects where an earlier record could not be written. */
  async write(record: WrittenRecord): Promise<void> {
    const bytes = bytesOf(record);
    const isFull = this.waiting.length >= requestRecordsMax || this.waitingBytes + bytes > requestBytesMax;
    if (isFull) await this.send();
    this.waiting.push({ ...record, partition: this.partitionOf(record.key) });
    this.waitingBytes += bytes;
    this.taken += 1;
  }

  /** Resolves when everything is acknowledged. */
  async flush(): Promise<void> {
    await this.send();
    await this.sending;
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }

  /** As Kafka's default partitioner; kafkajs' own takes minutes for a key of a megabyte. Without a key one after the other. */
  private partitionOf(key: Buffer | null): number {
    return (key === null ? this.taken : murmur2(key) & 0x7fffffff) % this.partitions;
  }

  /** One request is under way while the next is put together. */
  private async send(): Promise<void> {
    await this.sending;
    const messages = this.waiting;
    if (messages.length === 0) return;
    this.waiting = [];
    this.waitingBytes = 0;
    this.sending = this.producer.send({ topic: this.topic, acks: -1, messages }).then(() => {
      this.sent += messages.length;
    });
    // Whoever waits for it next is told; meanwhile nobody listens.
    this.sending.catch(() => undefined);
  }
}
