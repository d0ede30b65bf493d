/** The broker of a run, which rows may kill and pause. One KRaft node, as `npm start` has it. */
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { type Home, homeAt } from '../local/home';
import { commandRunner } from '../local/services/command-runner';
import { canUseApt, ensureTools, type Machine } from '../local/services/install-tools';
import { fetchKafkaJars, hasKafkaJars } from '../local/services/kafka-jars';
import { prepareKafka, waitForKafka } from '../local/services/kafka-process';
import { findFreePort } from '../local/services/ports';
import type { RunRecord } from '../local/supervisor/run-file';
import { kafkaClient } from '../pipeline/stream/kafka-client';
import { ControlledProcess } from './controlled-process';

export class KafkaBroker {
  private constructor(
    private readonly process: ControlledProcess,
    private readonly ports: { readonly direct: number; readonly proxied: number; readonly proxy: number },
  ) {}

  /** Starts one with empty data; installs what it needs. Throws what local/services throw. */
  static async start(home: Home, record: RunRecord, say: (line: string) => void): Promise<KafkaBroker> {
    const machine: Machine = { runner: commandRunner, mayUseApt: canUseApt(), say };
    const tools = await ensureTools(machine, ['java', ...(hasKafkaJars() ? [] : (['maven'] as const))]);
    const jarsFolder = await fetchKafkaJars(machine.runner, tools.get('maven') ?? 'mvn', say);
    const [direct, proxied, proxy] = [await findFreePort(2), await findFreePort(), await findFreePort()];
    const spec = await prepareKafka(commandRunner, {
      home: homeAt(join(home.folder, 'broker')),
      java: tools.get('java') as string,
      jarsFolder,
      port: direct,
      proxied: { port: proxied, advertisedPort: proxy },
    });
    const broker = new KafkaBroker(new ControlledProcess(spec, record), { direct, proxied, proxy });
    try {
      await broker.restart();
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return broker;
  }

  /** `host:port`. */
  get brokers(): string {
    return `127.0.0.1:${this.ports.direct}`;
  }

  /** Where a proxy has to listen, and whereto it passes on, so that the clients of `viaProxy` stay behind it. */
  get proxy(): { readonly port: number; readonly targetPort: number; readonly viaProxy: string } {
    const { proxied, proxy } = this.ports;
    return { port: proxy, targetPort: proxied, viaProxy: `127.0.0.1:${proxy}` };
  }

  /** A client that says nothing: that the broker is away is what rows are about. */
  client(clientId: string): Kafka {
    return kafkaClient({ brokers: [this.brokers], auth: 'plain' }, clientId, () => undefined);
  }

  async kill(): Promise<void> {
    await this.process.kill();
  }

  /** Starts it where it is not running, and waits until it answers. */
  async restart(): Promise<void> {
    this.process.start();
    await waitForKafka(this.brokers, () => this.process.isAlive(), this.process.spec.outputFile);
  }

  pause(): void {
    this.process.pause();
  }

  resume(): void {
    this.process.resume();
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}
