/**
 * Programs that run in steps. A program (an invocation of the consumer, a run of repair) is ordinary code that waits for its store and its
 * log; here each such call waits until the scheduler lets it through, and one call at a time is under way. So every interleaving of several
 * programs can be had, the same one each time, without timers. A step can also end badly: the program is gone, before or after its
 * call took effect (a crash, a time-out whose twin never comes back), or it gets an error though the call took effect (a lost answer).
 */
import { StoreError } from '../../pipeline/store/commit-outcome';

interface Suspended {
  readonly name: string;
  readonly perform: () => unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How a step ends. `before` and `after`: the call's effect. */
export type StepEnd = 'answered' | 'crashed before' | 'crashed after' | 'lost before' | 'lost after';

/** What a call came to. */
export type Answer = { readonly value: unknown } | { readonly error: unknown };

/** As the real store says it: else a lost look-up would be taken for a fault of the record. */
export class ConnectionLostError extends StoreError {
  override readonly name = 'ConnectionLostError';
}

const never = new Promise<never>(() => undefined);

/** All that can go on without a further answer has gone on then: programs wait for nothing but promises. */
function untilQuiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class Task {
  private readonly suspended: Suspended[] = [];
  private state: 'running' | 'done' | 'gone' = 'running';
  /** What the program threw. */
  error: unknown;

  private constructor(readonly name: string) {}

  /** Starts the program, which runs up to its first call. */
  static async start(name: string, program: (task: Task) => Promise<void>): Promise<Task> {
    const task = new Task(name);
    program(task).then(
      () => task.end(undefined),
      (error: unknown) => task.end(error),
    );
    await untilQuiet();
    return task;
  }

  get isOver(): boolean {
    return this.isGone || this.isDone;
  }

  /** The program came to its end, whether well or with an error, and so did all that it had begun. */
  get isDone(): boolean {
    return this.state === 'done' && this.suspended.length === 0;
  }

  /** It crashed. */
  get isGone(): boolean {
    return this.state === 'gone';
  }

  get next(): string | undefined {
    return this.suspended[0]?.name;
  }

  /** For the program: its call waits here for the scheduler. */
  readonly suspend = <T>(name: string, perform: () => T | Promise<T>): Promise<T> => {
    if (this.isGone) return never;
    return new Promise<T>((resolve, reject) => {
      this.suspended.push({ name, perform, resolve: resolve as (answer: unknown) => void, reject });
    });
  };

  /** Lets the first waiting call through, and the program go on up to its next. Throws what `perform` throws as a Violation. */
  async step(end: StepEnd = 'answered'): Promise<void> {
    if (this.isOver) return;
    if (end.startsWith('crashed')) this.state = 'gone';
    const answer = end.endsWith('before') ? undefined : await this.perform();
    if (end.startsWith('lost')) await this.answer({ error: new ConnectionLostError('connection lost') });
    else if (end === 'answered' && answer !== undefined) await this.answer(answer);
  }

  /** What the first waiting call answers by now; the program does not learn of it. */
  perform(): Promise<Answer> {
    const call = this.suspended[0];
    if (call === undefined) throw new Error(`${this.name} waits for nothing that the scheduler knows of`);
    return settled(call.perform);
  }

  /** Answers the first waiting call, and lets the program go on up to its next. */
  async answer(answer: Answer): Promise<void> {
    const call = this.suspended.shift();
    if ('error' in answer) call?.reject(answer.error);
    else call?.resolve(answer.value);
    await untilQuiet();
  }

  async runToEnd(): Promise<void> {
    for (let steps = 0; !this.isOver; steps++) {
      if (steps > 5_000) throw new Error(`${this.name} does not end`);
      await this.step();
    }
  }

  private end(error: unknown): void {
    if (this.state === 'running') this.state = 'done';
    this.error = error;
  }
}

/** What the simulated system did must not be done. Never reaches a program: it ends the history. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

async function settled(perform: () => unknown): Promise<Answer> {
  try {
    return { value: await perform() };
  } catch (error) {
    if (error instanceof Violation) throw error;
    return { error };
  }
}
