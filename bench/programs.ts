/**
 * The programs that are measured, as they are shipped: bundled like those of the containers, each in a fresh process. What is
 * under bench/inside is bundled in the same way; it runs a part of the pipeline in such a process and answers with figures.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundleProgram } from '../bundle';
import type { BenchServices } from './bench-services';
import { BenchError } from './benchmark';
import { peakMemoryMiB, processSeconds } from './processor-time';

const stopWithinMs = 6_000;

/** A program while it runs. Unlike a supervised one it is not started again: that would falsify what is measured. */
export class RunningProgram {
  readonly startedAtMs = performance.now();
  private hasEnded = false;
  private readonly ended: Promise<void>;

  constructor(
    private readonly child: ChildProcess,
    private readonly name: string,
    private readonly logFile: string,
  ) {
    this.ended = new Promise((resolve) => {
      child.once('exit', () => {
        this.hasEnded = true;
        resolve();
      });
    });
  }

  get isAlive(): boolean {
    return !this.hasEnded;
  }

  /** Throws BenchError where it has ended by itself. */
  requireAlive(): void {
    if (this.hasEnded) throw new BenchError(`${this.name} ended: see ${this.logFile}`);
  }

  /** Processor time so far, seconds. */
  seconds(): number | undefined {
    return processSeconds(this.child.pid);
  }

  peakMemoryMiB(): number | undefined {
    return this.child.pid === undefined ? undefined : peakMemoryMiB(this.child.pid);
  }

  /** The first message that it sends; rejects with BenchError where it ends before. */
  async message(): Promise<unknown> {
    const sent = new Promise<unknown>((resolve) => this.child.once('message', resolve));
    const ended = this.ended.then(() => {
      throw new BenchError(`${this.name} ended without an answer: see ${this.logFile}`);
    });
    return Promise.race([sent, ended]);
  }

  /** Ends it at once, as a machine that dies would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async stop(): Promise<void> {
    const kill = setTimeout(() => this.child.kill('SIGKILL'), stopWithinMs);
    this.child.kill('SIGTERM');
    await this.ended;
    clearTimeout(kill);
  }
}

/** A program in whatever language. `mark`: part of its command line that no other program has. */
export interface ProgramSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly mark: string;
  readonly env: Readonly<Record<string, string>>;
}

export class Programs {
  private readonly bundles = new Map<string, string>();
  private readonly running = new Set<RunningProgram>();

  constructor(private readonly services: BenchServices) {}

  /** `entry`: `local/processor.ts`. `name`: of its log; two that run at a time need two. */
  start(
    entry: string,
    env: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    name = basename(entry, '.ts'),
  ): RunningProgram {
    const file = this.bundle(entry);
    return this.startCommand({ name, command: process.execPath, args: [file, ...args], mark: file, env });
  }

  /** It gets `env` and nothing of this process's settings but where its tools are. */
  startCommand({ name, command, args, mark, env }: ProgramSpec): RunningProgram {
    const { folder, record } = this.services;
    const logFile = join(folder, 'logs', `${name}.log`);
    mkdirSync(join(folder, 'logs'), { recursive: true });
    const log = openSync(logFile, 'a');
    const child = spawn(command, args, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      // Only a program of Node's understands the last one.
      stdio: command === process.execPath ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    });
    closeSync(log);
    record.note({ pid: child.pid, spec: { name, mark } });
    const program = new RunningProgram(child, name, logFile);
    this.running.add(program);
    child.once('exit', () => this.running.delete(program));
    return program;
  }

  /** Runs a program of bench/inside/ to its end and returns what it answers. */
  async ask<Question, Answer>(entry: string, question: Question): Promise<Answer> {
    const program = this.start(entry, {}, [JSON.stringify(question)]);
    const answer = (await program.message()) as Answer;
    await program.stop();
    return answer;
  }

  async stopAll(): Promise<void> {
    await Promise.all(Array.from(this.running, (program) => program.stop()));
  }

  private bundle(entry: string): string {
    const known = this.bundles.get(entry);
    if (known !== undefined) return known;
    const outfile = join(this.services.folder, 'programs', `${entry.replaceAll('/', '-').slice(0, -3)}.js`);
    bundleProgram({ entry, outfile });
    this.bundles.set(entry, outfile);
    return outfile;
  }
}
