/** Resident memory of a process over a run, from Linux's /proc: does it stay flat? */
import { readFileSync } from 'node:fs';
import { sleep } from './scenario';

const everyMs = 250;
const mib = 1024 * 1024;
/**
 * By how much the highest value of the second half may lie above that of the first: a tenth, or so many MiB where that is more. A
 * heap is collected when it pleases, and batches of 6 MB that are being decoded make it swing.
 */
const slackMiBMin = 64;
const slackShare = 0.1;

function residentMiB(pid: number): number | undefined {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / mib;
  } catch {
    return undefined;
  }
}

export interface MemoryCourse {
  readonly samples: number;
  readonly startMiB: number;
  readonly medianMiB: number;
  readonly peakMiB: number;
  /** Peaks of the two halves of the run. */
  readonly halvesMiB: readonly [number, number];
}

export class MemoryWatch {
  private readonly samples: number[] = [];
  private readonly running: Promise<void>;
  private isEnded = false;

  constructor(private readonly pid: number) {
    this.running = this.watch();
  }

  /** Ends the watch. Undefined where there is no /proc. */
  async end(): Promise<MemoryCourse | undefined> {
    this.isEnded = true;
    await this.running;
    return courseOf(this.samples);
  }

  private async watch(): Promise<void> {
    while (!this.isEnded) {
      const now = residentMiB(this.pid);
      if (now !== undefined) this.samples.push(now);
      await sleep(everyMs);
    }
  }
}

/** `samples`: MiB, evenly spaced. */
export function courseOf(samples: readonly number[]): MemoryCourse | undefined {
  const sorted = samples.toSorted((a, b) => a - b);
  const [startMiB, medianMiB] = [samples[0], sorted[Math.floor(sorted.length / 2)]];
  if (startMiB === undefined || medianMiB === undefined) return undefined;
  const half = Math.ceil(samples.length / 2);
  const peakOf = (part: readonly number[]): number => part.reduce((a, b) => Math.max(a, b), 0);
  return {
    samples: samples.length,
    startMiB,
    medianMiB,
    peakMiB: peakOf(samples),
    halvesMiB: [peakOf(samples.slice(0, half)), peakOf(samples.slice(half))],
  };
}

export function describeCourse(course: MemoryCourse | undefined): string {
  if (course === undefined) return 'memory of the event source: not told by this system';
  const { startMiB, medianMiB, peakMiB, halvesMiB, samples } = course;
  const [start, median, peak, first, second] = [startMiB, medianMiB, peakMiB, ...halvesMiB].map(Math.round);
  return (
    `memory of the event source: start ${start} MiB, median ${median}, peak ${peak}; ` +
    `peak of the first half ${first}, of the second ${second} (${samples} samples)`
  );
}

/** What is wrong with it; none where it is flat. */
export function flatViolations({ halvesMiB: [first, second] }: MemoryCourse): string[] {
  const mayBeMiB = first + Math.max(slackMiBMin, first * slackShare);
  if (second <= mayBeMiB) return [];
  const [told, most] = [second, mayBeMiB].map(Math.round);
  return [`memory is not flat: ${told} MiB in the second half, at most ${most} may be`];
}
