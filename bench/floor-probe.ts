/** The floor under every latency here: a record written and read back by bare kafkajs, nothing between. */
import { randomBytes } from 'node:crypto';
import { type Consumer, Partitioners, type Producer } from 'kafkajs';
import { ensureTopic } from '../pipeline/stream/topics';
import type { BenchServices } from './bench-services';

/** As the event source has it. */
const fetchWaitMs = 50;

export class FloorProbe {
  private arrived: () => void = () => undefined;

  private constructor(
    private readonly services: BenchServices,
    private readonly topic: string,
    private readonly producer: Producer,
    private readonly consumer: Consumer,
    private readonly valueBytes: number,
  ) {}

  static async start(services: BenchServices, valueBytes: number): Promise<FloorProbe> {
    const topic = `bench-floor-${randomBytes(4).toString('hex')}`;
    await ensureTopic(services.kafka, { topic, partitions: 1 });
    const producer = services.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const consumer = services.kafka.consumer({ groupId: topic, maxWaitTimeInMs: fetchWaitMs });
    const probe = new FloorProbe(services, topic, producer, consumer, valueBytes);
    await Promise.all([producer.connect(), consumer.connect()]);
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async () => probe.arrived() });
    return probe;
  }

  /** Milliseconds from just before a record is sent until it is here again. */
  async probe(): Promise<number> {
    const arrived = new Promise<void>((resolve) => {
      this.arrived = resolve;
    });
    const fromMs = performance.now();
    await this.producer.send({
      topic: this.topic,
      messages: [{ value: Buffer.alloc(this.valueBytes, 'x') }],
    });
    await arrived;
    return performance.now() - fromMs;
  }

  async close(): Promise<void> {
    await Promise.all([this.consumer.disconnect(), this.producer.disconnect()]);
    const admin = this.services.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [this.topic] });
    await admin.disconnect();
  }
}
