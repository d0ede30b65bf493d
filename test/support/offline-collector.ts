/** The collector's HTTP without Kafka: a sender that acknowledges when the test says so, sites and clocks of the test's own. */

import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { collectorApplication } from '../../collector/application';
import type { CollectorConfiguration } from '../../collector/configuration';
import { DurableLog, type DurableLogOptions, durableLogDefaults } from '../../collector/durable-log';
import { EdgeSummaries } from '../../collector/edge-summaries';
import { Intake } from '../../collector/intake';
import { type SiteRow, sitesByKey } from '../../collector/known-sites';
import { RateLimit } from '../../collector/rate-limit';
import { visitorIdentity } from '../../enrich/visitor';
import type { OutgoingRecord } from '../../pipeline/stream/acknowledged-batch';
import { testConfiguration, type WrittenEvent } from './running-collector';

export class OfflineCollector {
  /** What Kafka has acknowledged, in order. */
  readonly acknowledged: OutgoingRecord[] = [];
  /** What was handed to Kafka. */
  readonly sent: OutgoingRecord[] = [];
  private isHeld = false;
  private held: (() => void)[] = [];
  readonly log: DurableLog;
  readonly summaries: EdgeSummaries;
  private readonly app: FastifyInstance;
  private messages = 0;
  private sites: ReturnType<typeof sitesByKey>;

  constructor(
    rows: readonly SiteRow[] = [],
    wanted: Partial<CollectorConfiguration> = {},
    logOptions: Partial<DurableLogOptions> = {},
  ) {
    const sender = {
      send: async (records: readonly OutgoingRecord[]) => {
        this.sent.push(...records);
        if (this.isHeld) await new Promise<void>((resolve) => this.held.push(resolve));
        this.acknowledged.push(...records);
      },
      abandon: () => {},
      close: async () => {},
    };
    const fail = (error: unknown): never => {
      throw error;
    };
    this.log = new DurableLog(sender, { ...durableLogDefaults, ...logOptions }, fail);
    this.summaries = new EdgeSummaries(
      (records) => this.log.append(records, true),
      () => `summary-${++this.messages}`,
      () => 2,
    );
    const configuration = testConfiguration(rows, wanted);
    this.sites = sitesByKey(rows, ['demo'], () => true);
    this.app = collectorApplication({
      intake: new Intake({
        configuration,
        findSite: (key) => this.sites.get(key),
        log: this.log,
        summaries: this.summaries,
        siteRate: new RateLimit(configuration.siteRate, () => 0),
        addressRate: new RateLimit(configuration.addressRate, () => 0),
        making: {
          newMessageId: () => `made-${++this.messages}`,
          identifyVisitor: visitorIdentity(Buffer.alloc(32)),
        },
        partitions: () => 2,
        nowMs: Date.now,
      }),
      count: (reason) => this.summaries.count(reason),
      isAccepting: () => this.log.hasRoom(),
      describeHealth: () => ({ status: 'ok' }),
      proxies: configuration.proxies,
      addressHeader: configuration.addressHeader,
      frontSecret: configuration.frontSecret,
      url: configuration.url,
      nowMs: Date.now,
      publicFiles: new Map(),
    });
  }

  /** How long it waits for headers, and for a whole request, ms. */
  get waitsMs(): readonly [headers: number, request: number] {
    const { headersTimeout, requestTimeout } = this.app.server;
    return [headersTimeout, requestTimeout];
  }

  get port(): number {
    return (this.app.server.address() as AddressInfo).port;
  }

  /** What was left out at the edge, by reason. */
  get edge(): Readonly<Record<string, number>> {
    return this.summaries.totals();
  }

  get events(): readonly WrittenEvent[] {
    return this.acknowledged
      .map(({ value }) => JSON.parse(value ?? 'null') as WrittenEvent)
      .filter(({ type }) => type !== 'edge');
  }

  /** In the place of those that it knew. */
  setSites(rows: readonly SiteRow[]): void {
    this.sites = sitesByKey(rows, ['demo'], () => true);
  }

  async open(): Promise<void> {
    await this.app.listen({ port: 0, host: '127.0.0.1' });
  }

  async close(): Promise<void> {
    this.release();
    this.app.server.closeAllConnections();
    await this.app.close();
  }

  /** Kafka acknowledges nothing from now on. */
  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    for (const resolve of this.held.splice(0)) resolve();
  }

  post(
    path: string,
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, { method: 'POST', body: body as BodyInit, headers });
  }

  /** By our own dialect, with the key of the default site. */
  send(events: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.post('/api/v1/events', JSON.stringify(events), { authorization: 'Bearer demo', ...headers });
  }
}
