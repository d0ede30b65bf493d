/** How far a rebuild is: one line that is drawn anew on a terminal, and now and then a line where the output goes elsewhere. */
import type { WriteStream } from 'node:tty';
import type { RebuildProgress } from '../lambdas/rebuild/rebuilder';

const cells = 30;
const clearLine = '\r\x1b[K';
/** Between two lines where nothing can be drawn anew. */
const lineEveryMs = 10_000;

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

export function describeSeconds(seconds: number): string {
  const total = Math.ceil(seconds);
  if (total < 60) return `${total} s`;
  if (total < 3_600) return `${Math.floor(total / 60)} min ${total % 60} s`;
  return `${Math.floor(total / 3_600)} h ${Math.floor((total % 3_600) / 60)} min`;
}

/** `perSecond`: undefined while nothing has been counted by which it could be told. */
export function describeRebuild(
  { partition, from, next, to }: RebuildProgress,
  { partitions, perSecond }: { readonly partitions: number; readonly perSecond: number | undefined },
): string {
  const share = to <= from ? 1 : (next - from) / (to - from);
  const full = Math.floor(share * cells);
  const bar = `[${'#'.repeat(full)}${' '.repeat(cells - full)}]`;
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const where = `${bar}${percent}  partition ${partition} (of ${partitions}), offset ${whole(next)} of ${whole(to)}`;
  if (perSecond === undefined) return where;
  return `${where}, ${whole(perSecond)}/s, ${describeSeconds((to - next) / perSecond)} left`;
}

export class RebuildProgressLine {
  private began: { readonly partition: number; readonly next: number; readonly atMs: number } | undefined;
  private saidMs = 0;

  constructor(
    private readonly terminal: WriteStream,
    private readonly partitions: number,
  ) {}

  show(progress: RebuildProgress): void {
    const nowMs = performance.now();
    if (this.began?.partition !== progress.partition) {
      this.began = { partition: progress.partition, next: progress.next, atMs: nowMs };
    }
    const seconds = (nowMs - this.began.atMs) / 1_000;
    const counted = progress.next - this.began.next;
    const perSecond = counted > 0 && seconds > 0 ? counted / seconds : undefined;
    const line = describeRebuild(progress, { partitions: this.partitions, perSecond });
    if (this.terminal.isTTY) {
      this.terminal.write(`${clearLine}${line}`);
    } else if (nowMs - this.saidMs >= lineEveryMs) {
      this.saidMs = nowMs;
      this.terminal.write(`${line}\n`);
    }
  }

  /** So that the next line begins on the left. */
  clear(): void {
    if (this.terminal.isTTY) this.terminal.write(clearLine);
  }
}
