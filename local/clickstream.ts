/** One local run, from nothing to all processes running, and back. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDemo, bundleTracker, bundleWeb } from '../bundle';
import { readSites } from '../pipeline/counting/counting-config';
import { type Environment, SETTING } from '../pipeline/settings';
import { kafkaClient, readStreamConfig } from '../pipeline/stream/kafka-client';
import { describeDifference, ensureTopic } from '../pipeline/stream/topics';
import { ProgramLines } from './program-line';
import { describePrograms, type Programs } from './programs';
import { repairAll } from './repair-all';
import { chooseServices, type ServiceChoices } from './services/choose-services';
import { commandRunner } from './services/command-runner';
import { canUseApt } from './services/install-tools';
import { startServices } from './services/local-services';
import { requireFreePort } from './services/ports';
import type { StartOptions } from './start-options';
import {
  askSnapshot,
  type Consumed,
  consumedOf,
  isProducerRate,
  type ProducerRate,
  statusLine,
} from './status-line';
import type { RunRecord } from './supervisor/run-file';
import { SupervisedProcess } from './supervisor/supervised-process';

const statusEveryMs = 5_000;
/** Everything is gone this long after Ctrl-C. Kafka gets what the others leave, all but the last for Redis. */
const stopMsMax = 4_800;
const redisStopMs = 600;

/** `--fresh` deletes what is kept here; beside a service of somebody else it would only seem to have done so. */
export class FreshRefusedError extends Error {
  override readonly name = 'FreshRefusedError';
}

const whose = { setting: 'is one that was set', compose: 'is a Compose service' } as const;

/** Throws FreshRefusedError. */
function requireOwnServices(choices: ServiceChoices): void {
  for (const [name, { from }] of Object.entries(choices) as [string, ServiceChoices['kafka']][]) {
    if (from === 'here') continue;
    const reason = `--fresh deletes the data of a Kafka and a Redis that are started here; ${name} ${whose[from]}`;
    throw new FreshRefusedError(reason);
  }
}

export class Clickstream {
  /** By name, from the moment that each was started. */
  private readonly processes = new Map<string, SupervisedProcess>();
  private rate: ProducerRate | undefined;
  private consumed: Consumed | undefined;
  private status: NodeJS.Timeout | undefined;
  isStopping = false;

  constructor(
    private readonly options: StartOptions,
    private readonly record: RunRecord,
    private readonly say: (line: string) => void,
  ) {}

  private get pageUrl(): string {
    return `http://localhost:${this.options.port}`;
  }

  async start(): Promise<void> {
    const { options, record, say } = this;
    await requireFreePort('page', options.port, 'PORT');
    if (options.collectorPort > 0)
      await requireFreePort('collector', options.collectorPort, 'COLLECTOR_PORT');
    const choices = await chooseServices(options.env, commandRunner);
    if (options.isFresh) requireOwnServices(choices);
    mkdirSync(options.home.logFolder, { recursive: true });
    const { kafkaBrokers, redisUrl } = await startServices({
      ...options,
      machine: { runner: commandRunner, mayUseApt: canUseApt(), say },
      choices,
      say,
      onStart: (process) => this.note(process),
    });
    record.update({ kafkaBrokers, redisUrl, pageUrl: this.pageUrl });
    const env = {
      ...options.env,
      KAFKA_BROKERS: kafkaBrokers,
      REDIS_URL: redisUrl,
      PORT: String(options.port),
    };
    const isNewTopic = await this.makeTopic(env);
    const programs = this.describe(env);
    this.run(programs.dashboard);
    this.run(programs.producer);
    if (!isNewTopic) await this.repair(env);
    this.run(programs.processor);
    if (this.isStopping) return;
    this.sayCollector();
    say(`The page: ${this.pageUrl} (Ctrl-C stops everything)`);
    this.status = setInterval(() => void this.sayStatus(), statusEveryMs);
  }

  private sayCollector(): void {
    const { collectorPort } = this.options;
    if (collectorPort === 0) return;
    const address = `http://localhost:${collectorPort}`;
    this.say(`The collector: ${address}, for trackers and SDKs (docs/collector.md)`);
    this.say(`A demo site with the tracker on it: ${address}/demo/`);
  }

  /** True where it was made just now: then there is nothing to repair. */
  private async makeTopic(env: Environment): Promise<boolean> {
    const stream = readStreamConfig(env);
    const report = await ensureTopic(kafkaClient(stream, 'clickstream-start', this.say), stream);
    this.say(`Topic ${stream.topic}: ${report.partitions} partitions${report.created ? ', created' : ''}`);
    for (const difference of report.differences) this.say(describeDifference(stream.topic, difference));
    return report.created;
  }

  private describe(env: Environment): Programs {
    const { home } = this.options;
    const webDirectory = join(home.folder, 'web');
    bundleWeb(webDirectory);
    const trackerDirectory = join(home.folder, 'tracker');
    bundleTracker(trackerDirectory);
    bundleDemo(trackerDirectory, { writeKey: readSites(env).defaultSite, pageUrl: this.pageUrl });
    const lines = new ProgramLines(this.say);
    return describePrograms({
      env: { ...env, [SETTING.TRACKER_DIRECTORY]: trackerDirectory },
      logFolder: home.logFolder,
      webDirectory,
      onProducerMessage: (message) => {
        if (isProducerRate(message)) this.rate = message;
      },
      onLine: (name, line) => lines.take(name, line, Date.now()),
    });
  }

  private note(process: SupervisedProcess): void {
    this.processes.set(process.spec.name, process);
    this.record.note(process);
  }

  private run(spec: Programs[keyof Programs]): void {
    if (this.isStopping) return;
    new SupervisedProcess(spec, this.say, (process) => this.note(process)).start();
    this.say(`Started ${spec.name}`);
  }

  /** A topic whose log does not begin with 0, or a Redis that lost its data, is mended before new events are counted. */
  private async repair(env: Environment): Promise<void> {
    try {
      const outcomes = await repairAll(env, () => {}, undefined, 0);
      const mended = outcomes.filter(({ kind }) => kind === 'repaired').length;
      if (mended > 0) this.say(`Repaired ${mended} of ${outcomes.length} partitions from the log`);
      const failed = outcomes.filter(({ kind }) => kind === 'failed').length;
      if (failed > 0) this.say(`${failed} partitions could not be repaired: npm run repair says why`);
    } catch (error) {
      this.say(`Repair was not possible: ${(error as Error).message}`);
    }
  }

  private async sayStatus(): Promise<void> {
    const snapshot = await askSnapshot(this.pageUrl, statusEveryMs / 2);
    if (this.isStopping) return;
    if (snapshot === undefined) {
      this.say('the page does not answer');
      return;
    }
    const now = consumedOf(snapshot, Date.now());
    this.say(statusLine(this.rate, this.consumed, now, snapshot));
    this.consumed = now;
  }

  /** Those who write before those who read, Kafka and Redis last. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.status);
    const deadlineMs = Date.now() + stopMsMax;
    for (const name of ['producer', 'processor', 'dashboard', 'kafka', 'redis']) {
      const process = this.processes.get(name);
      const leftMs = deadlineMs - Date.now() - (name === 'redis' ? 0 : redisStopMs);
      await process?.stop(Math.max(redisStopMs, Math.min(leftMs, process.spec.stopWithinMs)));
    }
    this.record.release();
  }
}
