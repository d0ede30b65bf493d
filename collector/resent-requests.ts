/**
 * Browsers send a POST again when a kept connection is reset before the answer has come: the same bytes, milliseconds later, on a new
 * connection. Clients whose events have no ids would then be counted twice. So of each request without ids whose answer could not be
 * delivered a hash is kept for ten seconds, with what became of it; the same bytes from the same address are then answered, and not written.
 * Requests that were answered leave nothing: equal events are legal.
 */
import { createHash } from 'node:crypto';

/** Measured: 1 to 7 ms later. A slow network, and a browser that waits for a new connection, need some seconds. */
const rememberedMs = 10_000;
const requestsMax = 10_000;

export interface UnansweredRequest {
  readonly outcome: Promise<boolean>;
  readonly untilMs: number;
}

export class ResentRequests {
  private readonly unanswered = new Map<string, UnansweredRequest>();

  constructor(private readonly nowMs: () => number) {}

  get isEmpty(): boolean {
    return this.unanswered.size === 0;
  }

  digestOf(path: string, address: string, body: Uint8Array): string {
    return createHash('sha1').update(`${path}\0${address}\0`).update(body).digest('base64');
  }

  /** `outcome`: whether its events are durable. */
  remember(digest: string, outcome: Promise<boolean>): void {
    this.forgetOld();
    // A flood of broken connections costs exactness, never memory.
    if (this.unanswered.size >= requestsMax) return;
    this.unanswered.set(digest, { outcome, untilMs: this.nowMs() + rememberedMs });
  }

  /** Whether this is a request again whose events are durable already. It is forgotten with that: the next one is a new event. */
  async isResent(digest: string): Promise<boolean> {
    const request = this.unanswered.get(digest);
    if (request === undefined) return false;
    this.unanswered.delete(digest);
    return request.untilMs >= this.nowMs() && (await request.outcome);
  }

  private forgetOld(): void {
    for (const [digest, { untilMs }] of this.unanswered) {
      // In the order in which they came.
      if (untilMs >= this.nowMs()) return;
      this.unanswered.delete(digest);
    }
  }
}
