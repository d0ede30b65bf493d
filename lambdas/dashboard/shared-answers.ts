/**
 * All viewers share one read a second: whoever asks within the second that an answer was made in, or while it is being
 * read, gets that one. So Redis does not feel viewers. Failures are shared too, or they would reach Redis unshared.
 */
export interface Shared<T> {
  readonly value: T;
  /** When the reading began, milliseconds since 1970 UTC. */
  readonly readAtMs: number;
}

/** Different questions within a second that are remembered; a flood of made-up sites must not grow memory. */
const questionsMax = 1_000;
const secondMs = 1_000;

export class SharedAnswers {
  private second = 0;
  private answers = new Map<string, Promise<Shared<unknown>>>();
  /** Reads that began in an earlier second and have not ended: joined, so that a slow store is not asked ever more. */
  private readonly pending = new Map<string, Promise<Shared<unknown>>>();

  /** `question`: must name the kind of `T` too. Rejects as `read` does. */
  ask<T>(question: string, nowMs: number, read: () => Promise<T>): Promise<Shared<T>> {
    const second = Math.floor(nowMs / secondMs);
    if (second !== this.second || this.answers.size >= questionsMax) {
      this.second = second;
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
