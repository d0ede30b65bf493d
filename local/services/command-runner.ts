/** How the services ask the machine: a command, run to its end. An interface, so that decisions can be tested without one. */
import { execFile } from 'node:child_process';

export type CommandOutcome =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  /** There is no such command on this machine. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'timed_out' };

export interface CommandOptions {
  readonly timeoutMs: number;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface CommandRunner {
  run(command: string, args: readonly string[], options: CommandOptions): Promise<CommandOutcome>;
}

const outputBytesMax = 16 * 1024 * 1024;

export const commandRunner: CommandRunner = {
  run: (command, args, options) =>
    new Promise((resolve) => {
      const env = { ...process.env, ...options.env };
      const settings = { timeout: options.timeoutMs, maxBuffer: outputBytesMax, env };
      execFile(command, [...args], settings, (error, stdout, stderr) => {
        if (error === null) resolve({ kind: 'ended', exitCode: 0, stdout, stderr });
        else if (error.code === 'ENOENT' || error.code === 'EACCES') resolve({ kind: 'missing' });
        else if (error.killed === true) resolve({ kind: 'timed_out' });
        else resolve({ kind: 'ended', exitCode: Number(error.code ?? 1), stdout, stderr });
      });
    }),
};

/** True where the command exists and answered with exit code 0. */
export function succeeded(outcome: CommandOutcome): outcome is CommandOutcome & { kind: 'ended' } {
  return outcome.kind === 'ended' && outcome.exitCode === 0;
}
