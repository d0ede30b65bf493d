/** The ceiling of every client on kafkajs: it reads records as our event source has them fetched, and does nothing with them. */
import { Kafka, logLevel } from 'kafkajs';
import { answer } from './answer';

export interface BareReadQuestion {
  readonly brokers: string;
  readonly topic: string;
  readonly records: number;
  readonly group: string;
}

/** From the first batch on. */
export interface BareReadAnswer {
  /** By the wall clock, ms: when the last record was read. */
  readonly toMs: number;
  readonly rate: number;
  readonly cpuUs: number;
}

const mebibyte = 1024 * 1024;

answer<BareReadQuestion, BareReadAnswer>(async ({ brokers, topic, records, group }) => {
  const kafka = new Kafka({ clientId: 'bare-read', brokers: brokers.split(','), logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({
    groupId: group,
    maxBytesPerPartition: 2 * mebibyte,
    maxBytes: 32 * mebibyte,
    maxWaitTimeInMs: 50,
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let read = 0;
  let fromMs = 0;
  let cpuBefore = process.cpuUsage();
  let counted = 0;
  await new Promise<void>((resolve, reject) => {
    const run = consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: async ({ batch }) => {
        if (fromMs === 0) {
          // The first batch is there already: what it took is not known.
          fromMs = performance.now();
          cpuBefore = process.cpuUsage();
          read += batch.messages.length;
          if (read >= records) resolve();
          return;
        }
        read += batch.messages.length;
        counted += batch.messages.length;
        if (read >= records) resolve();
      },
    });
    run.catch(reject);
  });
  const toMs = Date.now();
  const { user, system } = process.cpuUsage(cpuBefore);
  const seconds = Math.max(1, performance.now() - fromMs) / 1_000;
  await consumer.disconnect();
  const measured = Math.max(1, counted);
  return { toMs, rate: measured / seconds, cpuUs: (user + system) / measured };
});
