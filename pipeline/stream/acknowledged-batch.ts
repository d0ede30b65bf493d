/**
 * Sends one batch until every record of it is acknowledged. Batches go one at a time: kafkajs puts an idempotent
 * producer's sequence back when a request fails, so a second batch under way could take the first one's numbers, and the
 * broker would drop it as a re-send. A producer that failed for good is replaced; records may then lie in the log twice,
 * which their messageIds make harmless.
 */
import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';

export interface OutgoingRecord {
  readonly key: string | null;
  readonly value: string | null;
  /** Always given: the answer is checked against it. */
  readonly partition: number;
}

export interface BatchSender {
  /** Resolves when all records are acknowledged by all in-sync replicas. Rejects with SendAbandonedError after `abandon`, and with a programmer's error. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** Gives up what is not acknowledged. */
  abandon(): void;
  close(): Promise<void>;
}

export class SendAbandonedError extends Error {
  override readonly name = 'SendAbandonedError';
}

const retryPauseMs = 500;
const acknowledgeWithinMs = 10_000;
/** Errors of a connection: the same producer may go on, and then no record is written twice. */
const transient = /Connection|RequestTimeout|BrokerNotFound|MetadataNotLoaded|LockTimeout/;

/** A programmer's error, ours or kafkajs': repeating the batch would repeat it for ever, so it ends the program. */
const isOurs = /^(Type|Range|Reference|Syntax)Error:/;

export function batchSender(kafka: Kafka, topic: string, say: (line: string) => void): BatchSender {
  let producer: Producer | undefined;
  let isAbandoned = false;

  const connected = async (): Promise<Producer> => {
    if (producer !== undefined) return producer;
    const fresh = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { retries: Number.MAX_SAFE_INTEGER },
    });
    try {
      await fresh.connect();
    } catch (error) {
      await fresh.disconnect().catch(() => undefined);
      throw error;
    }
    producer = fresh;
    return fresh;
  };

  /** Sends what it is given and returns what the answer does not acknowledge. */
  const attempt = async (records: readonly OutgoingRecord[]): Promise<readonly OutgoingRecord[]> => {
    const answer = await (await connected()).send({
      topic,
      acks: -1,
      timeout: acknowledgeWithinMs,
      messages: records as Message[],
    });
    // When a partition moves to another broker between two attempts, kafkajs leaves it out and reports success.
    const acknowledged = new Set(answer.map(({ partition }) => partition));
    return records.filter(({ partition }) => !acknowledged.has(partition));
  };

  const replaceProducer = async (error: unknown): Promise<void> => {
    const failed = producer;
    producer = undefined;
    say(`Kafka refused a batch (${describeError(error)}); sending it again`);
    await failed?.disconnect().catch(() => undefined);
  };

  const send = async (records: readonly OutgoingRecord[]): Promise<void> => {
    let left = records;
    while (left.length > 0) {
      if (isAbandoned) throw new SendAbandonedError(`${left.length} records were not acknowledged`);
      try {
        left = await attempt(left);
      } catch (error) {
        if (isOurs.test(describeError(error))) throw error;
        if (!transient.test(describeError(error))) await replaceProducer(error);
        await new Promise((resolve) => setTimeout(resolve, retryPauseMs));
      }
    }
  };

  return {
    send,
    abandon: () => {
      isAbandoned = true;
    },
    close: async () => {
      await producer?.disconnect();
      producer = undefined;
    },
  };
}

/** kafkajs wraps causes: the innermost name tells what happened. */
function describeError(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error && inner.cause !== inner) inner = inner.cause;
  return inner instanceof Error ? `${inner.name}: ${inner.message}` : String(inner);
}
