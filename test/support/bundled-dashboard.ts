/** The dashboard handler as it is shipped: the bundle that goes to Lambda, in a process of its own, asked by proxy events. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { bundleHandler } from '../../bundle';
import { buildProxyEvent } from './build-dashboard';

/** What the Lambda runtime does, less its time-out: one event after the other. */
const runtime = `
  const { handler } = require('./index.js');
  process.on('message', async (event) => process.send(await handler(event)));
  process.send('ready');
`;

export function bundleDashboard(): string {
  const directory = mkdtempSync(join(tmpdir(), 'clickstream-dashboard-'));
  bundleHandler('dashboard', directory);
  return directory;
}

export function removeBundle(directory: string): void {
  rmSync(directory, { recursive: true });
}

export class BundledDashboard {
  private constructor(private readonly child: ChildProcess) {}

  /** Rejects with what the program said where it does not start. */
  static async start(directory: string, env: Readonly<Record<string, string>>): Promise<BundledDashboard> {
    const child = spawn(process.execPath, ['-e', runtime], {
      cwd: directory,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ended = once(child, 'close').then(() => {
      throw new Error(said);
    });
    ended.catch(() => undefined);
    await Promise.race([once(child, 'message'), ended]);
    return new BundledDashboard(child);
  }

  async ask(target: string): Promise<APIGatewayProxyResult> {
    this.child.send(buildProxyEvent(target));
    const [result] = (await once(this.child, 'message')) as [APIGatewayProxyResult];
    return result;
  }

  async stop(): Promise<void> {
    this.child.kill();
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
  }
}
