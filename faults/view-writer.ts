/**
 * Writes page views of which it knows the offset of each, so that a row can tell how many must be counted when part of the log is gone:
 * known beforehand, and not by any code that counts. No view is sent twice.
 */
import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import { visitorPartition } from '../pipeline/core/partition';
import type { Random } from '../producer/simulator/random';
import { sleep } from './scenario';

export interface ViewWriterOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly partitions: number;
  readonly site: string;
  readonly perSecond: number;
  readonly random: Random;
}

interface Written {
  readonly partition: number;
  readonly firstOffset: number;
  readonly count: number;
}

const everyMs = 50;
const visitors = 200;
const pages = 50;

export class ViewWriter {
  private readonly written: Written[] = [];
  private readonly producer: Producer;
  private running: Promise<void> | undefined;
  private isEnded = false;
  private sent = 0;

  constructor(private readonly options: ViewWriterOptions) {
    this.producer = options.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
  }

  async start(): Promise<void> {
    await this.producer.connect();
    this.running = this.write();
    // Whoever ends it is told what went wrong.
    this.running.catch(() => undefined);
  }

  /** Rejects where a view was not acknowledged: then nothing is known. */
  async end(): Promise<void> {
    this.isEnded = true;
    try {
      await this.running;
    } finally {
      await this.producer.disconnect();
    }
  }

  /** Views at offsets of the partition from `from` to, not including, `to`. */
  viewsBetween(partition: number, from: number, to: number): number {
    return this.written
      .filter((batch) => batch.partition === partition)
      .reduce((sum, { firstOffset, count }) => {
        return sum + Math.max(0, Math.min(to, firstOffset + count) - Math.max(from, firstOffset));
      }, 0);
  }

  /** All that were acknowledged. */
  get views(): number {
    return this.written.reduce((sum, { count }) => sum + count, 0);
  }

  private async write(): Promise<void> {
    const { topic, partitions, perSecond } = this.options;
    while (!this.isEnded) {
      const messages = Array.from({ length: Math.round((perSecond * everyMs) / 1_000) }, () => this.view());
      const answer = await this.producer.send({ topic, messages, acks: -1 });
      for (let partition = 0; partition < partitions; partition += 1) {
        const count = messages.filter((message) => message.partition === partition).length;
        const firstOffset = Number(answer.find((row) => row.partition === partition)?.baseOffset);
        if (count > 0) this.written.push({ partition, firstOffset, count });
      }
      await sleep(everyMs);
    }
  }

  private view(): { key: string; value: string; partition: number } {
    const { site, partitions, random } = this.options;
    const anonymousId = `visitor-${Math.floor(random() * visitors)}`;
    const timestamp = new Date().toISOString();
    this.sent += 1;
    const value = JSON.stringify({
      v: 1,
      messageId: `view-${this.sent}`,
      type: 'page',
      siteId: site,
      anonymousId,
      timestamp,
      receivedAt: timestamp,
      properties: { path: `/page/${Math.floor(random() * pages)}` },
    });
    return {
      key: `${site}:${anonymousId}`,
      value,
      partition: visitorPartition(site, anonymousId, partitions),
    };
  }
}
