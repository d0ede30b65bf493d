/**
 * Asks the API for the snapshot each second: never more than one request in flight, each given up on after 3 s. A hidden
 * page asks every 10 s, after five minutes every minute, and at once when it is seen again. An answer of 304 is the snapshot
 * that is held, with its headers.
 */
import type { DashboardSnapshot, Freshness } from '../pipeline/core/snapshot';
import { askApi } from './session';
import { isSignedOut } from './signed-out-error';
import { SleepWatch } from './sleep-watch';

export interface PollerOptions {
  /** Where to ask now. */
  readonly address: () => string;
  readonly onAnswer: (snapshot: DashboardSnapshot) => void;
  /** `reason`: for people. */
  readonly onFailure: (reason: string) => void;
}

const periodMs = 1_000;
const hiddenPeriodMs = 10_000;
/** A page that nobody has looked at for five minutes is one of many tabs. */
const idleAfterMs = 5 * 60_000;
const idlePeriodMs = 60_000;
const answerMsMax = 3_000;

interface Held {
  readonly address: string;
  readonly tag: string;
  readonly snapshot: DashboardSnapshot;
}

/** What the ETag leaves out travels as headers (docs/openapi.yaml). */
function refreshHeld(held: Held, headers: Headers): DashboardSnapshot {
  const lag = headers.get('X-Lag-Ms');
  return {
    ...held.snapshot,
    asOf: headers.get('X-As-Of') ?? held.snapshot.asOf,
    newestEventAt: headers.get('X-Newest-Event-At'),
    lag: lag === null ? null : Number(lag),
    freshness: (headers.get('X-Freshness') as Freshness | null) ?? held.snapshot.freshness,
  };
}

/**
 * An answer grows older on its way. How much of the way lies behind the moment that its lag was measured in is not known here,
 * so all of it counts: what the page calls live is never further behind than it says.
 */
function ageBy(snapshot: DashboardSnapshot, travelMs: number): DashboardSnapshot {
  return snapshot.lag === null ? snapshot : { ...snapshot, lag: snapshot.lag + travelMs };
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const { message } = (await response.json()) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // Not this API's words, a proxy's perhaps: the status has to do.
  }
  return `status ${response.status}`;
}

export class Poller {
  private held: Held | undefined;
  private timer: number | undefined;
  private request: AbortController | undefined;
  private isAskedAgain = false;
  private isPaused = false;
  /** Monotonic; undefined while the page is seen. */
  private hiddenSinceMs: number | undefined;
  private sinceAnswer = new SleepWatch();

  constructor(private readonly options: PollerOptions) {}

  /** Milliseconds since the last answer, or since the start, that the machine slept. */
  get sleptMs(): number {
    return this.sinceAnswer.sleptMs;
  }

  /** Asks now, and from then on by itself. What is in flight is given up. */
  askNow(): void {
    this.isPaused = false;
    if (this.request !== undefined) {
      this.isAskedAgain = true;
      this.request.abort('asked again');
      return;
    }
    clearTimeout(this.timer);
    void this.askAndGoOn();
  }

  /** Asks no more, until told to by `askNow`. An answer on its way is not shown. */
  pause(): void {
    clearTimeout(this.timer);
    this.isPaused = true;
    this.request?.abort('paused');
  }

  /** The page has been seen again. A request in flight is as good as a new one. */
  wake(): void {
    this.hiddenSinceMs = undefined;
    if (this.request === undefined) this.askNow();
  }

  private async askAndGoOn(): Promise<void> {
    const startedAtMs = performance.now();
    this.isAskedAgain = false;
    this.request = new AbortController();
    await this.ask(this.request);
    this.request = undefined;
    if (this.isPaused) return;
    const pause = this.isAskedAgain ? 0 : Math.max(0, startedAtMs + this.periodMs() - performance.now());
    this.timer = window.setTimeout(() => void this.askAndGoOn(), pause);
  }

  private periodMs(): number {
    const nowMs = performance.now();
    this.hiddenSinceMs = document.hidden ? (this.hiddenSinceMs ?? nowMs) : undefined;
    if (this.hiddenSinceMs === undefined) return periodMs;
    return nowMs - this.hiddenSinceMs < idleAfterMs ? hiddenPeriodMs : idlePeriodMs;
  }

  /** Never rejects: whatever goes wrong is told, and the next second is another chance. */
  private async ask(request: AbortController): Promise<void> {
    const timer = setTimeout(() => request.abort(), answerMsMax);
    const asleep = new SleepWatch();
    const startedAtMs = performance.now();
    try {
      const snapshot = await this.read(this.options.address(), request.signal);
      const travelMs = performance.now() - startedAtMs + asleep.sleptMs;
      // A page that was frozen, or a machine that slept, finds an answer of before, perhaps earlier than the timer.
      if (travelMs > answerMsMax) request.abort();
      request.signal.throwIfAborted();
      this.show(ageBy(snapshot, travelMs));
    } catch (error) {
      if (!this.isAskedAgain && !this.isPaused) this.options.onFailure(this.describe(error, request));
    } finally {
      clearTimeout(timer);
    }
  }

  private show(snapshot: DashboardSnapshot): void {
    const before = this.sinceAnswer;
    this.sinceAnswer = new SleepWatch();
    try {
      this.options.onAnswer(snapshot);
    } catch (error) {
      // An answer that cannot be shown is none.
      this.sinceAnswer = before;
      throw error;
    }
  }

  private async read(address: string, signal: AbortSignal): Promise<DashboardSnapshot> {
    const held = this.held?.address === address ? this.held : undefined;
    // The browser's own cache would answer for the server with a body of before.
    const response = await askApi(address, {
      cache: 'no-store',
      headers: held === undefined ? {} : { 'If-None-Match': held.tag },
      signal,
    });
    if (response.status === 304 && held !== undefined) return refreshHeld(held, response.headers);
    if (!response.ok) throw new Refusal(await reasonOf(response));
    const snapshot = (await response.json()) as DashboardSnapshot;
    const tag = response.headers.get('ETag');
    this.held = tag === null ? undefined : { address, tag, snapshot };
    return snapshot;
  }

  private describe(error: unknown, request: AbortController): string {
    if (error instanceof Refusal) return error.message;
    if (isSignedOut(error)) return 'nobody is signed in';
    return request.signal.aborted ? 'it takes longer than 3 s' : 'it cannot be reached or understood';
  }
}

/** The server answered that it cannot. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}
