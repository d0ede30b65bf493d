/** A Redis of a row's own, as `npm start` starts it but for what the row changes. */
import { join } from 'node:path';
import { homeAt } from '../local/home';
import { commandRunner } from '../local/services/command-runner';
import { canUseApt, ensureTools } from '../local/services/install-tools';
import { findFreePort } from '../local/services/ports';
import { prepareRedis, waitForRedis } from '../local/services/redis-process';
import { ControlledProcess } from './controlled-process';
import type { ScenarioContext } from './scenario';

/** Settings of redis.conf that differ. */
export type RedisSettings = Readonly<Record<string, string>>;

/** As `npm start` has it: an append-only file, synced every second. */
export const APPEND_ONLY: RedisSettings = {};

/** Nothing is kept on disk: a server that is killed comes back empty. */
export const IN_MEMORY: RedisSettings = { appendonly: 'no', save: '' };

export class RedisServer {
  private constructor(
    private readonly process: ControlledProcess,
    readonly port: number,
    /** With its append-only file. */
    readonly dataFolder: string,
    private readonly settings: RedisSettings,
  ) {}

  /** Of the cluster bus. */
  get busPort(): number {
    return Number(this.settings['cluster-port']);
  }

  /** Ended with the row. `name`: of its log and of its folder for data. */
  static async start(
    { folder, record, say, onEnd }: Pick<ScenarioContext, 'folder' | 'record' | 'say' | 'onEnd'>,
    settings: RedisSettings,
    name = 'redis',
  ): Promise<RedisServer> {
    const machine = { runner: commandRunner, mayUseApt: canUseApt(), say };
    const command = (await ensureTools(machine, ['redis'])).get('redis') as string;
    const home = homeAt(join(folder, name));
    const port = await findFreePort();
    const spec = { ...prepareRedis(home, command, port, settings), name };
    const server = new RedisServer(
      new ControlledProcess(spec, record),
      port,
      join(home.dataFolder, 'redis'),
      settings,
    );
    onEnd(() => server.stop());
    await server.restart();
    return server;
  }

  get isAlive(): boolean {
    return this.process.isAlive();
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async kill(): Promise<void> {
    await this.process.kill();
  }

  /** At the same address, with what it has kept; resolves when that is loaded. */
  async restart(): Promise<void> {
    this.process.start();
    await waitForRedis(this.port, () => this.process.isAlive(), this.process.spec.outputFile);
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}
