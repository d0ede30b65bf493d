/**
 * `.clickstream/run.json`: who runs. It lets a second `npm start` see the first, lets the next one find what a killed one left,
 * and tells tests and people which process to stop.
 *
 * {
 *   "supervisor": { "pid": 4711, "mark": "node run.mjs local/start.ts" },
 *   "kafkaBrokers": "127.0.0.1:19092", "redisUrl": "redis://127.0.0.1:16379", "pageUrl": "http://localhost:5000",
 *   "processes": {
 *     "kafka": { "pid": 4712, "mark": "..." }, "redis": { ... },            (where they are started here)
 *     "producer": { ... }, "processor": { ... }, "dashboard": { ... }
 *   }
 * }
 *
 * `mark` is part of the process's command line. The file is rewritten whenever a process is started again, and deleted at the end.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { commandLine, endProcess, isRunning } from './process-info';

export interface RunningProcess {
  readonly pid: number;
  readonly mark: string;
}

export interface RunState {
  readonly supervisor: RunningProcess;
  readonly kafkaBrokers?: string;
  readonly redisUrl?: string;
  readonly pageUrl?: string;
  readonly processes: Readonly<Record<string, RunningProcess>>;
}

/** Another run holds this data folder. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

/** Nothing can be written where the data should be. */
export class FolderUnusableError extends Error {
  override readonly name = 'FolderUnusableError';
}

/** undefined: nobody runs, or the file is not one of ours. */
export function readRunFile(file: string): RunState | undefined {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as Partial<RunState>;
    return state.supervisor && state.processes ? (state as RunState) : undefined;
  } catch {
    return undefined;
  }
}

/** The state of a run whose supervisor is alive. */
export function readLiveRun(file: string): RunState | undefined {
  const state = readRunFile(file);
  return state && isRunning(state.supervisor.pid, state.supervisor.mark) ? state : undefined;
}

/**
 * Takes the data folder for this process: throws AlreadyRunningError where a run is alive, and ends what a killed
 * one left running.
 */
export async function claimRun(file: string, say: (line: string) => void): Promise<RunRecord> {
  const live = readLiveRun(file);
  if (live !== undefined) {
    const where = live.pageUrl === undefined ? '' : `, page ${live.pageUrl}`;
    throw new AlreadyRunningError(`clickstream is running already (process ${live.supervisor.pid}${where}).`);
  }
  await endLeftovers(file, say);
  const supervisor = thisProcess();
  try {
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    // Two starts at the same moment: one of them makes the file.
    writeFileSync(file, JSON.stringify({ supervisor, processes: {} } satisfies RunState), { flag: 'wx' });
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && path === file)
      throw new AlreadyRunningError('clickstream is being started already.');
    throw new FolderUnusableError(
      `${dirname(file)} cannot be used for data (${code ?? message}): choose another folder with CLICKSTREAM_HOME`,
    );
  }
  return new RunRecord(file, supervisor);
}

/** Ends the processes of a run whose supervisor is gone. */
export async function endLeftovers(file: string, say: (line: string) => void): Promise<void> {
  for (const [name, { pid, mark }] of Object.entries(readRunFile(file)?.processes ?? {})) {
    if (!isRunning(pid, mark)) continue;
    say(`Stopping ${name} (process ${pid}), left by a run that was killed ...`);
    await endProcess(pid, mark, 5_000);
  }
}

/** This run's own entry in the file, kept up to date. */
export class RunRecord {
  private state: RunState;

  constructor(
    private readonly file: string,
    supervisor: RunningProcess,
  ) {
    this.state = { supervisor, processes: {} };
  }

  /** Notes a process that was just started. */
  note(process: { readonly pid: number | undefined; readonly spec: { name: string; mark: string } }): void {
    if (process.pid === undefined) return;
    const { name, mark } = process.spec;
    const processes = { ...this.state.processes, [name]: { pid: process.pid, mark } };
    this.update({ processes });
  }

  update(change: Partial<Omit<RunState, 'supervisor'>>): void {
    this.state = { ...this.state, ...change };
    mkdirSync(dirname(this.file), { recursive: true });
    // A URL of Redis may hold a password.
    const options = { mode: 0o600 };
    writeFileSync(`${this.file}.${process.pid}`, `${JSON.stringify(this.state, undefined, 2)}\n`, options);
    renameSync(`${this.file}.${process.pid}`, this.file);
  }

  release(): void {
    rmSync(this.file, { force: true });
  }
}

/** This process, as it stands in a run file. */
export function thisProcess(): RunningProcess {
  return { pid: process.pid, mark: commandLine(process.pid) };
}
