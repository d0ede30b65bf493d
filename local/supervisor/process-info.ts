/** What the system knows of a process id. An id alone proves nothing: it may be another process by now. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The command line; empty where there is no such process, or only its zombie. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    if (process.platform === 'linux') return '';
    const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return (stdout ?? '').trim();
  }
}

export function isRunning(pid: number, mark: string): boolean {
  return commandLine(pid).includes(mark);
}

export async function waitUntilGone(pid: number, mark: string, withinMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + withinMs;
  while (isRunning(pid, mark)) {
    if (Date.now() > deadlineMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** SIGTERM, and SIGKILL where that has not ended it in time. */
export async function endProcess(pid: number, mark: string, withinMs: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isRunning(pid, mark)) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It ended between the question and the signal.
    }
    if (await waitUntilGone(pid, mark, withinMs)) return;
  }
}
