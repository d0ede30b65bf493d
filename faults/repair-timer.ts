/** Runs `npm run repair` again and again, as a schedule does on AWS. */
import type { ControlledProcess } from './controlled-process';
import { sleep } from './scenario';

const everyMs = 3_000;

export class RepairTimer {
  private readonly running: Promise<void>;
  private isEnded = false;

  constructor(private readonly repair: ControlledProcess) {
    this.running = this.run();
  }

  async end(): Promise<void> {
    this.isEnded = true;
    await this.repair.stop();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isEnded) {
      await sleep(everyMs);
      if (!this.isEnded) this.repair.start();
    }
  }
}
