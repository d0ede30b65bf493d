/**
 * Visitors without an id: a keyed hash of site, address and user agent, whose key (salt) is another one each day, by UTC. Days that are over
 * have no salt any more, so that nobody can find an address by trying them all. A visit that lasts over midnight stays one visitor:
 * for half an hour after its last event it keeps the name it had, which needs the salt of the day before and no more.
 */
import { type IdentifyVisitor, visitorIdentity } from '../enrich/visitor';
import { DAY_MS, MINUTE_MS } from '../pipeline/core/limits';

/** Salts by day, `2026-11-25`; all collectors of a topic share them. */
export interface SaltStore {
  /** Makes the day's salt where there is none, and answers the one that holds for all. */
  provide(day: string): Promise<Buffer>;
}

/** As long as a visit may pause. */
const visitMs = 30 * MINUTE_MS;
/** The next day's salt is there before its first visitor. */
const aheadMs = 10 * MINUTE_MS;
const lookEveryMs = 10_000;
/** Visitors of the half hour before midnight; beyond it their visits break there. About 150 bytes each. */
const rememberedMax = 100_000;

export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

export class DaySalts {
  private readonly identities = new Map<string, IdentifyVisitor>();
  /** When each was last seen, where that may matter after midnight. */
  private readonly seenMs = new Map<string, number>();
  private carriedDay: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: SaltStore,
    private readonly nowMs: () => number,
    private readonly say: (line: string) => void,
  ) {}

  /** Resolves when today's salt is there. Looks after the others from then on. */
  async start(): Promise<void> {
    await this.provide();
    this.timer = setInterval(() => {
      this.provide().catch((error: Error) => this.say(`the day's salt cannot be had: ${error.message}`));
    }, lookEveryMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** undefined: the day's salt is not there. */
  identify(siteId: string, address: string, userAgent: string): string | undefined {
    const atMs = this.nowMs();
    const identity = this.identities.get(dayOf(atMs));
    const carried = this.carried(siteId, address, userAgent, atMs);
    if (carried !== undefined) return carried;
    const visitor = identity?.(siteId, address, userAgent);
    if (visitor !== undefined && atMs % DAY_MS >= DAY_MS - visitMs) this.see(visitor, atMs);
    return visitor;
  }

  /** The name of yesterday, of a visit that goes on. */
  private carried(siteId: string, address: string, userAgent: string, atMs: number): string | undefined {
    if (this.seenMs.size === 0 || this.carriedDay === dayOf(atMs)) return undefined;
    const visitor = this.identities.get(this.carriedDay ?? '')?.(siteId, address, userAgent);
    if (visitor === undefined) return undefined;
    if (atMs - (this.seenMs.get(visitor) ?? Number.NEGATIVE_INFINITY) >= visitMs) return undefined;
    this.seenMs.set(visitor, atMs);
    return visitor;
  }

  private see(visitor: string, atMs: number): void {
    const day = dayOf(atMs);
    if (this.carriedDay !== day) this.seenMs.clear();
    this.carriedDay = day;
    if (this.seenMs.size < rememberedMax || this.seenMs.has(visitor)) this.seenMs.set(visitor, atMs);
  }

  /** Today's, soon tomorrow's; of earlier ones yesterday's alone stays, and no longer than a visit may last over midnight. */
  private async provide(): Promise<void> {
    const atMs = this.nowMs();
    for (const day of new Set([dayOf(atMs), dayOf(atMs + aheadMs)])) {
      if (this.identities.has(day)) continue;
      this.identities.set(day, visitorIdentity(await this.store.provide(day)));
    }
    for (const [visitor, seenMs] of this.seenMs) if (atMs - seenMs >= visitMs) this.seenMs.delete(visitor);
    const kept = new Set([
      dayOf(atMs),
      dayOf(atMs + aheadMs),
      ...(this.seenMs.size > 0 ? [dayOf(atMs - DAY_MS)] : []),
    ]);
    for (const day of this.identities.keys()) if (!kept.has(day)) this.identities.delete(day);
  }
}
