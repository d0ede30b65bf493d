/** Writes the events whose way is timed: page views of a site of their own, so that their number is seen at a glance. */
import { randomBytes } from 'node:crypto';
import { type Kafka, Partitioners, type Producer } from 'kafkajs';

export const probeSite = 'bench-probe';
const visitor = 'bench-probe-visitor';

export class ProbeWriter {
  private written = 0;
  private readonly idPrefix = randomBytes(8).toString('hex');

  private constructor(
    private readonly producer: Producer,
    private readonly topic: string,
  ) {}

  static async connect(kafka: Kafka, topic: string): Promise<ProbeWriter> {
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return new ProbeWriter(producer, topic);
  }

  value(number: number): string {
    const now = new Date().toISOString();
    return JSON.stringify({
      v: 1,
      messageId: `${this.idPrefix}-${number}`,
      type: 'page',
      siteId: probeSite,
      anonymousId: visitor,
      timestamp: now,
      receivedAt: now,
      properties: { url: `https://bench.example/probe/${number}`, path: `/probe/${number}` },
      context: { browser: 'Firefox', device: 'desktop', os: 'Linux', country: 'NL' },
    });
  }

  /** Sends one and returns how many there are now, once Kafka has acknowledged it. */
  async write(): Promise<number> {
    this.written += 1;
    const messages = [{ key: `${probeSite}:${visitor}`, value: this.value(this.written) }];
    await this.producer.send({ topic: this.topic, messages });
    return this.written;
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }
}
