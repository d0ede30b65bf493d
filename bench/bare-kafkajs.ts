/** What kafkajs alone does with the same bytes on this machine: the ceiling of everything that is built on it. */
import { randomBytes } from 'node:crypto';
import { BenchTopic, partitions } from './bench-topic';
import { type Bench, BenchError, sleep } from './benchmark';
import type { BareReadAnswer, BareReadQuestion } from './inside/bare-read';
import type { BareWriteAnswer, BareWriteQuestion } from './inside/bare-write';

const joinedWithinMs = 30_000;

/** Reads the first `records` of a topic, from its beginning. */
export async function readBarely(bench: Bench, topic: string, records: number): Promise<BareReadAnswer> {
  return read(bench, topic, records, newGroup());
}

function newGroup(): string {
  return `bench-bare-${randomBytes(4).toString('hex')}`;
}

function read(
  { services, programs }: Bench,
  topic: string,
  records: number,
  group: string,
): Promise<BareReadAnswer> {
  const question = { brokers: services.kafkaBrokers, topic, records, group };
  return programs.ask<BareReadQuestion, BareReadAnswer>('bench/inside/bare-read.ts', question);
}

async function untilJoined({ services }: Bench, group: string): Promise<void> {
  const admin = services.kafka.admin();
  await admin.connect();
  const deadlineMs = performance.now() + joinedWithinMs;
  try {
    for (;;) {
      const { groups } = await admin.describeGroups([group]);
      if (groups[0]?.state === 'Stable') return;
      if (performance.now() > deadlineMs) throw new BenchError('kafkajs alone did not join its group');
      await sleep(50);
    }
  } finally {
    await admin.disconnect();
  }
}

export interface BareRates {
  /** From the first record that was sent until the last was read. */
  readonly both: number;
  readonly writerCpuUs: number;
  readonly readerCpuUs: number;
}

/** The simulator's records written and read side by side, and no work done with them. */
export async function writeAndReadBarely(bench: Bench, records: number): Promise<BareRates> {
  const topic = await BenchTopic.make(bench.services, 'bare');
  const group = newGroup();
  const reading = read(bench, topic.name, records, group);
  await untilJoined(bench, group);
  const question = { brokers: bench.services.kafkaBrokers, topic: topic.name, partitions, records };
  const written = await bench.programs.ask<BareWriteQuestion, BareWriteAnswer>(
    'bench/inside/bare-write.ts',
    question,
  );
  const heard = await reading;
  await topic.remove();
  const seconds = Math.max(1, heard.toMs - written.fromMs) / 1_000;
  return { both: records / seconds, writerCpuUs: written.cpuUs, readerCpuUs: heard.cpuUs };
}
