/**
 * Processor time by process and of the whole machine, from Linux's /proc. Elsewhere it is undefined, and figures made of it are
 * left out rather than guessed.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: what /proc counts in, 100 on every platform that Node runs on (proc(5)). */
const ticksPerSecond = 100;

interface ProcessStat {
  readonly parent: number;
  /** User and system time of the process itself. */
  readonly ownSeconds: number;
  /** The same of its children that have ended and were waited for. */
  readonly endedSeconds: number;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

/** The command's name stands in brackets and may hold anything: fields are counted from behind it. */
function readStat(pid: number): ProcessStat | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const seconds = (a: number, b: number): number => (Number(fields[a]) + Number(fields[b])) / ticksPerSecond;
  return { parent: Number(fields[1]), ownSeconds: seconds(11, 12), endedSeconds: seconds(13, 14) };
}

/** Processor time of one process, seconds; undefined where it is unknown (no such process, or not Linux). */
export function processSeconds(pid: number | undefined): number | undefined {
  return pid === undefined ? undefined : readStat(pid)?.ownSeconds;
}

/** Highest resident memory that the process has had, MiB. */
export function peakMemoryMiB(pid: number): number | undefined {
  const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
}

/** Of a process and everything that it has started, ended ones included: it never falls while the root lives. */
export function treeSeconds(root: number): number | undefined {
  if (readStat(root) === undefined) return undefined;
  const children = new Map<number, number[]>();
  const stats = new Map<number, ProcessStat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    if (stat === undefined) continue;
    stats.set(Number(name), stat);
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(name)]);
  }
  let seconds = 0;
  for (const pids = [root]; pids.length > 0; ) {
    const pid = pids.pop() as number;
    const stat = stats.get(pid);
    seconds += (stat?.ownSeconds ?? 0) + (stat?.endedSeconds ?? 0);
    pids.push(...(children.get(pid) ?? []));
  }
  return seconds;
}

/** Time that all processors together were not idle, seconds; time that the host gave to others (steal) is in it. */
export function busySeconds(): number | undefined {
  const line = /^cpu +(.*)$/m.exec(readText('/proc/stat') ?? '')?.[1];
  if (line === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0, steal = 0] = line
    .split(' ')
    .map(Number);
  return (user + nice + system + interrupts + softInterrupts + steal) / ticksPerSecond;
}
