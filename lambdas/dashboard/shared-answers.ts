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

type Answers = Map<string, Promise<Shared<unknown>>>;

/** Answers of one period, forgotten together. */
class Shelf {
  private period = 0;
  private answers: Answers = new Map();

  constructor(private readonly keptMs: number) {}

  at(nowMs: number): Answers {
    const period = Math.floor(nowMs / this.keptMs);
    if (period !== this.period || this.answers.size >= questionsMax) {
      this.period = period;
      this.answers = new Map();
    }
    return this.answers;
  }
}

export class SharedAnswers {
  private readonly newest = new Shelf(periodMs);
  /** For answers that change more slowly, by how long they are kept. */
  private readonly slower = new Map<number, Shelf>();
  /** Reads that began in an earlier period and have not ended: joined, so that a slow store is not asked ever more. */
  private readonly pending: Answers = new Map();

  /**
   * `question`: must name the kind of `T` too. `keptMs`: periods of this length share an answer, default a quarter of a second;
   * a failure is not kept longer than that. Rejects as `read` does.
   */
  ask<T>(
    question: string,
    nowMs: number,
    read: () => Promise<T>,
    keptMs: number = periodMs,
  ): Promise<Shared<T>> {
    const newest = this.newest.at(nowMs);
    const kept = keptMs === periodMs ? newest : this.shelfOf(keptMs).at(nowMs);
    const known = kept.get(question) ?? newest.get(question) ?? this.pending.get(question);
    if (known !== undefined) return known as Promise<Shared<T>>;
    const answer = read()
      .then((value) => ({ value, readAtMs: nowMs }))
      .finally(() => this.pending.delete(question));
    this.pending.set(question, answer);
    newest.set(question, answer);
    if (kept !== newest) {
      kept.set(question, answer);
      answer.catch(() => kept.delete(question));
    }
    return answer;
  }

  private shelfOf(keptMs: number): Shelf {
    const known = this.slower.get(keptMs);
    if (known !== undefined) return known;
    const shelf = new Shelf(keptMs);
    this.slower.set(keptMs, shelf);
    return shelf;
  }
}
