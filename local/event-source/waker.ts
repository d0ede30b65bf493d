/** A sleep that can be cut short. A wake that comes while nobody sleeps is not lost: it cuts the next sleep short. */
export class Waker {
  private isWoken = false;
  private end: (() => void) | undefined;

  wake(): void {
    if (this.end === undefined) this.isWoken = true;
    else this.end();
  }

  /** `ms` since 1970 UTC; Infinity: until woken. */
  async sleepUntil(ms: number): Promise<void> {
    if (!this.isWoken) {
      await new Promise<void>((resolve) => {
        const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(resolve, ms - Date.now());
        this.end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.end = undefined;
    this.isWoken = false;
  }
}
