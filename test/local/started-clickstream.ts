/** `npm start` as a user types it, in a data folder and on ports of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../local/services/ports';
import { type RunState, readRunFile } from '../../local/supervisor/run-file';
import type { DashboardSnapshot } from '../../pipeline/core/snapshot';
import { until } from './event-source-harness';

export interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
}

export async function findPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'clickstream-start-'));
  // The collector has the next one.
  const port = await findFreePort(2);
  return {
    folder,
    url: `http://127.0.0.1:${port}`,
    env: {
      CLICKSTREAM_HOME: folder,
      PORT: String(port),
      KAFKA_PORT: String(await findFreePort(2)),
      REDIS_PORT: String(await findFreePort()),
    },
  };
}

/** Nothing of this process's own services: `npm start` would use them. */
function userEnvironment(): NodeJS.ProcessEnv {
  const { KAFKA_BROKERS: _kafka, REDIS_URL: _redis, ...env } = process.env;
  return env;
}

export class StartedClickstream {
  readonly lines: string[] = [];
  readonly exitCode: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(
    readonly place: Place,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.child = spawn(process.execPath, ['run.mjs', 'local/start.ts', ...args], {
      env: { ...userEnvironment(), ...place.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (data: Buffer) => this.lines.push(...data.toString().trimEnd().split('\n')));
    }
    this.exitCode = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  get run(): RunState | undefined {
    return readRunFile(join(this.place.folder, 'run.json'));
  }

  /** Fails with everything that it said where it ends instead. */
  async ready(): Promise<void> {
    let hasEnded = false;
    void this.exitCode.then(() => {
      hasEnded = true;
    });
    await until(() => hasEnded || this.says('The page: '));
    if (hasEnded) throw new Error(`npm start ended:\n${this.lines.join('\n')}`);
  }

  says(text: string): boolean {
    return this.lines.some((line) => line.includes(text));
  }

  async snapshot(): Promise<DashboardSnapshot | undefined> {
    const response = await fetch(`${this.place.url}/api/v1/snapshot`).catch(() => undefined);
    return response?.ok ? ((await response.json()) as DashboardSnapshot) : undefined;
  }

  async views(): Promise<number> {
    return (await this.snapshot())?.totals.views ?? -1;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  pid(name: string): number {
    return this.run?.processes[name]?.pid ?? -1;
  }
}
