/**
 * A process that is kept running: when it ends by itself, it is started again after a back-off, and a line says so. It is the
 * leader of a process group of its own, so that Ctrl-C in the terminal reaches the supervisor alone, which stops in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, createWriteStream, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ProcessSpec } from './process-spec';

const firstBackOffMs = 500;
const backOffMsMax = 3_000;
/** A process that ran this long was well: the next back-off starts from the beginning. */
const wellAfterMs = 10_000;

export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private isStopping = false;
  private backOffMs = firstBackOffMs;
  private startedAtMs = 0;
  private restart: NodeJS.Timeout | undefined;

  constructor(
    readonly spec: ProcessSpec,
    private readonly say: (line: string) => void,
    /** Called after each start, also the first: the run file names the new process. */
    private readonly onStart: (process: SupervisedProcess) => void,
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  isAlive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(): void {
    const { command, args, env, outputFile, onLine, onMessage } = this.spec;
    const output = openSync(outputFile, 'a');
    const stream = onLine ? 'pipe' : output;
    const child = spawn(command, [...args], {
      detached: true,
      env: env ?? process.env,
      stdio: ['ignore', stream, stream, ...(onMessage ? (['ipc'] as const) : [])],
    });
    if (onLine) copyLines([child.stdout, child.stderr], outputFile, onLine);
    closeSync(output);
    this.child = child;
    this.startedAtMs = Date.now();
    if (onMessage) child.on('message', onMessage);
    child.once('error', (error) => this.ended(child, error.message));
    child.once('exit', (exitCode, signal) => this.ended(child, signal ?? `exit code ${exitCode}`));
    this.onStart(this);
  }

  private ended(child: ChildProcess, reason: string): void {
    if (this.isStopping || child !== this.child || this.restart !== undefined) return;
    if (Date.now() - this.startedAtMs > wellAfterMs) this.backOffMs = firstBackOffMs;
    const waitMs = this.backOffMs;
    this.backOffMs = Math.min(waitMs * 2, backOffMsMax);
    this.say(`${this.spec.name} ended (${reason}); starting it again in ${waitMs / 1000} s`);
    this.restart = setTimeout(() => {
      this.restart = undefined;
      this.start();
    }, waitMs);
  }

  /** SIGTERM, and SIGKILL where that has not ended it in time. It is not started again. */
  async stop(withinMs = this.spec.stopWithinMs): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.restart);
    const { child } = this;
    if (child === undefined || !this.isAlive()) return;
    const hasEnded = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), withinMs);
    await hasEnded;
    clearTimeout(kill);
  }
}

function copyLines(
  streams: readonly (Readable | null)[],
  outputFile: string,
  onLine: (line: string) => void,
): void {
  const file = createWriteStream(outputFile, { flags: 'a' });
  for (const stream of streams) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      onLine(line);
    });
  }
}
