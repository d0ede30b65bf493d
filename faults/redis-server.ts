/** A Redis of a row's own, as `npm start` starts it but for what the row changes. */
import { join } from 'node:path';
import { homeAt } from '../local/home';
import { commandRunner } from '../local/services/command-runner';
import { canUseApt, ensureTools } from '../local/services/install-tools';
import { findFreePort } from '../local/services/ports';
import { prepareRedis, waitForRedis } from '../local/services/redis-process';
import type { RunRecord } from '../local/supervisor/run-file';
import { ControlledProcess } from './controlled-process';

/** Settings of redis.conf that differ. */
export type RedisSettings = Readonly<Record<string, string>>;

/** Nothing is kept on disk: a server that is killed comes back empty. */
export const IN_MEMORY: RedisSettings = { appendonly: 'no', save: '' };

export class RedisServer {
  private constructor(
    private readonly process: ControlledProcess,
    readonly port: number,
    /** With its append-only file. */
    readonly dataFolder: string,
  ) {}

  /** `name`: of the folder for data and log, below `folder`. */
  static async start(options: {
    readonly name: string;
    readonly folder: string;
    readonly record: RunRecord;
    readonly settings?: RedisSettings;
    readonly say: (line: string) => void;
  }): Promise<RedisServer> {
    const { name, folder, record, settings, say } = options;
    const machine = { runner: commandRunner, mayUseApt: canUseApt(), say };
    const command = (await ensureTools(machine, ['redis'])).get('redis') as string;
    const home = homeAt(join(folder, name));
    const port = await findFreePort();
    const spec = { ...prepareRedis(home, command, port, settings), name };
    const server = new RedisServer(new ControlledProcess(spec, record), port, join(home.dataFolder, 'redis'));
    await server.restart();
    return server;
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
