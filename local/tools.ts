import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs scripts of installed packages one after the other, in this terminal. Returns the first exit code that is not 0. */
export function runTools(commands: readonly (readonly [script: string, ...args: string[]])[]): number {
  for (const [script, ...args] of commands) {
    const { status } = spawnSync(process.execPath, [join('node_modules', script), ...args], {
      stdio: 'inherit',
    });
    if (status !== 0) return status ?? 1;
  }
  return 0;
}
