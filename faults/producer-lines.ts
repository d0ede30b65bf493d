/** What the producer says of itself, a line of JSON each: how many of its records Kafka has acknowledged. */
export class ProducerLines {
  private acknowledgedUntilNow = 0;
  private hasLeftInOrder = false;

  /** Of the running program; those of a killed one are what it said last. */
  get acknowledged(): number {
    return this.acknowledgedUntilNow;
  }

  /** All that it had accepted is acknowledged. */
  get isDrained(): boolean {
    return this.hasLeftInOrder;
  }

  readonly take = (line: string): void => {
    const entry = parsed(line);
    if (typeof entry?.acknowledged === 'number') this.acknowledgedUntilNow = entry.acknowledged;
    if (entry?.message === 'ended') this.hasLeftInOrder = entry.unsent === 0;
  };
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
