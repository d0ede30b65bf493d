/** A collector in this process, on the Kafka of the test run and a topic of its own, and what it has written there. */
import { randomBytes } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { Collector } from '../../collector/collector';
import type { CollectorConfiguration } from '../../collector/configuration';
import type { SiteRow } from '../../collector/known-sites';
import type { EdgeReason } from '../../pipeline/core/edge-reason';
import type { LogRecord } from '../../pipeline/core/event';
import { judgeRecords } from '../../pipeline/core/validation';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { readRange } from '../../pipeline/stream/range-read';
import { ensureTopic } from '../../pipeline/stream/topics';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';

export const partitions = 3;
const nonce = randomBytes(16).toString('hex');

export interface WrittenEvent {
  readonly type: string;
  readonly event?: string;
  readonly siteId: string;
  readonly anonymousId: string;
  readonly messageId: string;
  readonly timestamp: string;
  readonly receivedAt: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The sites of a list that does not change. */
function siteList(rows: readonly SiteRow[]): CollectorConfiguration['sites'] {
  return {
    name: 'the test',
    everyMs: 3_600_000,
    read: async () => JSON.stringify({ sites: rows }),
    write: async () => {},
  };
}

/** On any free port, without limits. */
export function testConfiguration(
  rows: readonly SiteRow[],
  wanted: Partial<CollectorConfiguration>,
): CollectorConfiguration {
  return {
    port: 0,
    host: '127.0.0.1',
    sites: siteList(rows),
    listed: undefined,
    byName: ['demo'],
    proxies: 0,
    addressHeader: undefined,
    countryHeader: undefined,
    frontSecret: undefined,
    url: undefined,
    lingerMs: 0,
    respectsOptOut: false,
    bots: 'count',
    siteRate: 0,
    addressRate: 0,
    ...wanted,
  };
}

export class RunningCollector {
  private constructor(
    readonly kafka: Kafka,
    readonly topic: string,
    readonly collector: Collector,
    readonly port: number,
    /** What it said. */
    readonly lines: readonly string[],
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  static async start(
    rows: readonly SiteRow[],
    wanted: Partial<CollectorConfiguration> = {},
    topic = uniqueTopic('collector'),
  ): Promise<RunningCollector> {
    const kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'test-collector', () => {});
    const report = await ensureTopic(kafka, { topic, partitions });
    const configuration = testConfiguration(rows, wanted);
    const lines: string[] = [];
    const fail = (error: unknown): never => {
      throw error;
    };
    const collector = new Collector(kafka, { topic, configuration, say: (line) => lines.push(line), fail });
    const port = await collector.listen();
    await collector.open(report.partitions);
    return new RunningCollector(kafka, topic, collector, port, lines);
  }

  stop(): Promise<boolean> {
    return this.collector.stop(5_000);
  }

  /** All records, events and summaries, as the consumer would judge them. Throws where one is rejected. */
  async written(): Promise<{
    readonly events: readonly WrittenEvent[];
    readonly edge: ReadonlyMap<EdgeReason, number>;
  }> {
    const records: LogRecord[] = [];
    for (let partition = 0; partition < partitions; partition += 1) {
      await readRange(this.kafka, this.topic, partition, 0, 1_000_000, (read) => {
        records.push(...read);
      });
    }
    const values = records.map(
      ({ value }) => JSON.parse(Buffer.from(value ?? []).toString()) as WrittenEvent & EdgeRecord,
    );
    const edge = new Map<EdgeReason, number>();
    for (const { type, reason, count } of values)
      if (type === 'edge') edge.set(reason, (edge.get(reason) ?? 0) + count);
    const judged = judgeRecords(records, { listed: undefined, defaultSite: 'demo' }, nonce);
    const rejected = judged
      .filter(({ verdict }) => verdict.kind === 'rejected')
      .map(({ verdict }) => JSON.stringify(verdict));
    if (rejected.length > 0) throw new Error(`the consumer would not count: ${rejected.join(', ')}`);
    return { events: values.filter(({ type }) => type !== 'edge'), edge };
  }
}

interface EdgeRecord {
  readonly reason: EdgeReason;
  readonly count: number;
}
