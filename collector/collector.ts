/** The collector from start to end: it listens at once, takes events when Kafka, sites and salts are there, and leaves in order. */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Kafka } from 'kafkajs';
import { batchSender } from '../pipeline/stream/acknowledged-batch';
import { collectorApplication } from './application';
import type { CollectorConfiguration } from './configuration';
import { DaySalts } from './day-salts';
import { DurableLog, durableLogDefaults } from './durable-log';
import { EdgeSummaries } from './edge-summaries';
import { Intake } from './intake';
import { loadPublicFiles } from './public-files';
import { RateLimit } from './rate-limit';
import { SaltTopic } from './salt-topic';
import { SiteDirectory } from './site-directory';

export interface CollectorOptions {
  readonly topic: string;
  readonly configuration: CollectorConfiguration;
  readonly say: (line: string) => void;
  /** What should never happen: a programmer's error. */
  readonly fail: (error: unknown) => void;
}

const retryPauseMs = 1_000;

export class Collector {
  private readonly log: DurableLog;
  private readonly summaries: EdgeSummaries;
  private readonly sites: SiteDirectory;
  private readonly salts: DaySalts;
  private readonly saltTopic: SaltTopic;
  private readonly app: ReturnType<typeof collectorApplication>;
  private readonly closeSender: () => Promise<void>;
  private partitions = 0;
  private isReady = false;
  private isStopping = false;

  constructor(
    kafka: Kafka,
    private readonly options: CollectorOptions,
  ) {
    const { topic, configuration, say, fail } = options;
    const sender = batchSender(kafka, topic, say);
    this.closeSender = () => sender.close();
    this.log = new DurableLog(sender, durableLogDefaults, fail);
    this.summaries = new EdgeSummaries(
      (records) => this.log.append(records, true),
      randomUUID,
      () => this.partitions,
    );
    const { listed } = configuration;
    this.sites = new SiteDirectory(
      configuration.sites,
      configuration.byName,
      (name) => listed === undefined || listed.has(name),
      say,
    );
    this.saltTopic = new SaltTopic(kafka, topic);
    this.salts = new DaySalts(this.saltTopic, Date.now, say);
    this.app = collectorApplication({
      intake: this.intake(),
      count: (reason) => this.summaries.count(reason),
      isAccepting: () => this.isReady && this.log.hasRoom(),
      describeHealth: () => this.describeHealth(),
      proxies: configuration.proxies,
      addressHeader: configuration.addressHeader,
      frontSecret: configuration.frontSecret,
      url: configuration.url,
      nowMs: Date.now,
      publicFiles: loadPublicFiles(configuration.publicDirectory ?? ''),
    });
  }

  private intake(): Intake {
    const { configuration } = this.options;
    const clockMs = (): number => performance.now();
    return new Intake({
      configuration,
      findSite: (key) => this.sites.find(key),
      log: this.log,
      summaries: this.summaries,
      siteRate: new RateLimit(configuration.siteRate, clockMs),
      addressRate: new RateLimit(configuration.addressRate, clockMs),
      making: {
        newMessageId: randomUUID,
        identifyVisitor: (siteId, address, userAgent) => this.salts.identify(siteId, address, userAgent),
      },
      partitions: () => this.partitions,
      nowMs: Date.now,
    });
  }

  /** Resolves with the port when it listens; events are answered with 503 until `open` has resolved. */
  async listen(): Promise<number> {
    const { port, host } = this.options.configuration;
    await this.app.listen({ port, host });
    return (this.app.server.address() as AddressInfo).port;
  }

  /** The topic is there: takes events as soon as everything else is. `partitions`: as it has them. */
  async open(partitions: number): Promise<void> {
    this.partitions = partitions;
    await this.sites.start();
    await this.untilSalted();
    if (this.isStopping) return;
    this.summaries.start();
    this.isReady = true;
  }

  /** Records acknowledged since the start. */
  get acknowledged(): number {
    return this.log.acknowledged;
  }

  /** Waits until nobody sends any more, takes no more, answers what it has, and ends; true where nothing is left over. */
  async stop(withinMs: number): Promise<boolean> {
    await sleep(this.options.configuration.lingerMs);
    this.isStopping = true;
    this.sites.stop();
    // Who waits for Kafka is answered within the time that the log gives each request.
    const closing = this.app.close();
    await Promise.race([closing, sleep(withinMs)]);
    await Promise.race([this.salts.stop(), sleep(withinMs)]);
    const summed = this.isReady ? this.summaries.stop() : undefined;
    await Promise.race([summed, sleep(withinMs)]);
    const isEmpty = await this.log.drain(withinMs);
    if (isEmpty) await this.closeSender();
    return isEmpty;
  }

  /** How much there is, only where no address for everybody is named: else it would be everybody's to read. */
  private describeHealth(): object {
    const health = { status: 'ok', accepting: this.isReady && this.log.hasRoom() };
    if (this.options.configuration.url !== undefined) return health;
    return {
      ...health,
      acknowledged: this.log.acknowledged,
      edge: this.summaries.totals(),
    };
  }

  /** Kafka may be away: events are answered with 503 meanwhile. */
  private async untilSalted(): Promise<void> {
    while (!this.isStopping) {
      try {
        await this.saltTopic.ensure();
        await this.salts.start();
        return;
      } catch (error) {
        this.options.say(`the day's salt cannot be had: ${(error as Error).message}`);
        await sleep(retryPauseMs);
      }
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
