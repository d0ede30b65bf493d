/** How far a replay is, on a terminal; nothing where the output goes elsewhere. */
import type { WriteStream } from 'node:tty';

const cells = 30;
const everyMs = 100;
const clearLine = '\r\x1b[K';

export function describeProgress(done: number, total: number): string {
  const share = total === 0 ? 1 : done / total;
  const full = Math.floor(share * cells);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `[${'#'.repeat(full)}${' '.repeat(cells - full)}]${percent}  ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} lines`;
}

export class ProgressBar {
  private drawnMs = 0;

  constructor(private readonly terminal: WriteStream) {}

  show(done: number, total: number): void {
    const nowMs = performance.now();
    if (!this.terminal.isTTY || (nowMs - this.drawnMs < everyMs && done < total)) return;
    this.drawnMs = nowMs;
    this.terminal.write(`${clearLine}${describeProgress(done, total)}`);
  }

  /** So that the next line begins on the left. */
  clear(): void {
    if (this.terminal.isTTY) this.terminal.write(clearLine);
  }
}
