/** The ceiling of every producer on kafkajs: records that are ready are written, and nothing else is done. */
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { simulateRecords } from '../simulated-log';
import { answer } from './answer';

export interface BareWriteQuestion {
  readonly brokers: string;
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
}

export interface BareWriteAnswer {
  /** By the wall clock, ms: when the first record was sent. */
  readonly fromMs: number;
  readonly rate: number;
  readonly cpuUs: number;
}

/** The same ones are written again and again: making them is not what is measured. */
const distinctRecords = 20_000;
const batchRecords = 1_000;
const eventsPerSecond = 20_000;

answer<BareWriteQuestion, BareWriteAnswer>(async ({ brokers, topic, partitions, records }) => {
  const simulated = simulateRecords({
    partitions,
    records: Math.min(records, distinctRecords),
    eventsPerSecond,
    timeMs: () => Date.now(),
  });
  const ready = Array.from(simulated, ({ key, value, partition }) => ({ key, value, partition }));
  const kafka = new Kafka({ clientId: 'bare-write', brokers: brokers.split(','), logLevel: logLevel.ERROR });
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const fromMs = Date.now();
  const clockMs = performance.now();
  const cpuBefore = process.cpuUsage();
  for (let sent = 0; sent < records; ) {
    const at = sent % ready.length;
    const messages = ready.slice(at, at + Math.min(batchRecords, records - sent));
    await producer.send({ topic, acks: -1, messages });
    sent += messages.length;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const rate = (records * 1_000) / (performance.now() - clockMs);
  await producer.disconnect();
  return { fromMs, rate, cpuUs: (user + system) / records };
});
