/**
 * All viewers share a read: whoever asks within the quarter of a second that an answer was made in, or while it is being
 * read, gets that one. So Redis does not feel viewers. A whole second would spare Redis hardly more, and could be all that
 * an event takes to be seen. Failures are shared too, or they would reach Redis unshared.
 */
export interface Shared<T> {
  readonly value: T;
  /** When the reading began, milliseconds since 1970 UTC. */
  readonly readAtMs: number;
}

/** Different questions within a period that are remembered; a flood of made-up sites must not grow memory. */
const questionsMax = 1_000;
const periodMs = 250;

export class SharedAnswers {
  private period = 0;
  private answers = new Map<string, Promise<Shared<unknown>>>();
  /** Reads that began in an earlier period and have not ended: joined, so that a slow store is not asked ever more. */
  private readonly pending = new Map<string, Promise<Shared<unknown>>>();

  /** `question`: must name the kind of `T` too. Rejects as `read` does. */
  ask<T>(question: string, nowMs: number, read: () => Promise<T>): Promise<Shared<T>> {
    const period = Math.floor(nowMs / periodMs);
    if (period !== this.period || this.answers.size >= questionsMax) {
      this.period = period;
      this.answers = new Map();
    }
    const known = this.answers.get(question) ?? this.pending.get(question);
    if (known !== undefined) return known as Promise<Shared<T>>;
    const answer = read()
      .then((value) => ({ value, readAtMs: nowMs }))
      .finally(() => this.pending.delete(question));
    this.pending.set(question, answer);
    this.answers.set(question, answer);
    return answer;
  }
}
