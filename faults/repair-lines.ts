/** Counts what repair says that it has counted: its lines are those of describeOutcome (lambdas/repair/repair-outcome.ts), whoever prints them. */
const counted = /repaired, .*?: (\d+) records counted/;

export class RepairLines {
  private sum = 0;

  /** Records that repair has counted so far. */
  get repaired(): number {
    return this.sum;
  }

  readonly take = (line: string): void => {
    this.sum += Number(counted.exec(line)?.[1] ?? 0);
  };
}
