/**
 * A process that a row may kill, pause and start again. Unlike a supervised one (local/supervisor) it stays dead until it is
 * started: how long it is away belongs to the row.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { ProcessSpec } from '../local/supervisor/process-spec';
import type { RunRecord } from '../local/supervisor/run-file';

export class ControlledProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();

  /** `record` learns of each start: the next run ends what a killed one has left. */
  constructor(
    readonly spec: ProcessSpec,
    private readonly record: RunRecord,
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  isAlive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(): void {
    if (this.isAlive()) return;
    const { command, args, env, outputFile, onLine, onMessage } = this.spec;
    mkdirSync(dirname(outputFile), { recursive: true });
    const output = openSync(outputFile, 'a');
    const stream = onLine ? 'pipe' : output;
    const child = spawn(command, [...args], {
      // Ctrl-C in the terminal reaches the runner alone, which stops in order.
      detached: true,
      env: env ?? process.env,
      stdio: ['ignore', stream, stream, ...(onMessage ? (['ipc'] as const) : [])],
    });
    if (onMessage) child.on('message', onMessage);
    for (const lines of [child.stdout, child.stderr]) {
      if (lines === null) continue;
      createInterface({ input: lines }).on('line', (line) => {
        writeSync(output, `${line}\n`);
        onLine?.(line);
      });
    }
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        closeSync(output);
        resolve();
      };
      child.once('error', end);
      child.once('close', end);
    });
    this.child = child;
    this.record.note(this);
  }

  /** Its exit code; null where a signal ended it. */
  async untilEnded(): Promise<number | null> {
    await this.ended;
    return this.child?.exitCode ?? null;
  }

  /** SIGKILL: nothing of it is left in order. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** SIGSTOP: it answers nothing, with its connections open, until `resume`. */
  pause(): void {
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  /** SIGTERM, and SIGKILL where that has not ended it in time. */
  async stop(): Promise<void> {
    this.resume();
    this.signal('SIGTERM');
    const kill = setTimeout(() => this.signal('SIGKILL'), this.spec.stopWithinMs);
    await this.ended;
    clearTimeout(kill);
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.isAlive()) this.child?.kill(signal);
  }
}
