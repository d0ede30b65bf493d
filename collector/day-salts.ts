/**
 * Visitors without an id: a keyed hash of site, address and user agent, whose key (salt) is another one each day, by UTC. Days that are over
 * have no salt any more, so that nobody can find an address by trying them all. A visit that lasts over midnight stays one visitor:
 * it keeps the name it had, which needs the salt of the day before, for some hours at most.
 */
import { randomBytes } from 'node:crypto';
import { type IdentifyVisitor, visitorIdentity } from '../enrich/visitor';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../pipeline/core/limits';
import { MidnightVisits, visitMs } from './midnight-visits';

export type SaltEntry =
  /** The first that the log has of a day holds for all. `day`: `2026-11-25`. */
  | { readonly kind: 'salt'; readonly day: string; readonly salt: Buffer }
  /** `atMs`: when a collector told of them, milliseconds since 1970 UTC. */
  | { readonly kind: 'seen'; readonly atMs: number; readonly visitors: readonly string[] };

/** All collectors of a topic share it. */
export interface SaltLog {
  /** What has been written since the last call, oldest first; the first call answers all that there is. */
  readOn(): Promise<readonly SaltEntry[]>;
  /** Resolves when they are durable. */
  write(entries: readonly SaltEntry[]): Promise<void>;
}

const saltBytes = 32;
/** The next day's salt is there before its first visitor. */
const aheadMs = 10 * MINUTE_MS;
const everyMs = 10 * SECOND_MS;
/** Three times `everyMs`: until all collectors have heard whom the others saw before midnight, everybody keeps yesterday's name. */
const settlingMs = 30 * SECOND_MS;
/** No visit of a person lasts longer; a program that asks every minute would keep yesterday's salt for ever. */
const carriedMs = 3 * HOUR_MS;
/** 25 bytes each, in one record. */
const visitorsPerEntry = 10_000;

export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

export class DaySalts {
  private readonly identities = new Map<string, IdentifyVisitor>();
  private readonly visits = new MidnightVisits();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly log: SaltLog,
    private readonly nowMs: () => number,
    private readonly say: (line: string) => void,
  ) {}

  /** Resolves when today's salt is there. Looks after the others from then on. */
  async start(): Promise<void> {
    await this.readOn();
    await this.provide();
    this.timer = setInterval(() => this.look(), everyMs);
  }

  /** Tells what it has seen. Kafka may be away: resolves whatever comes of it. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    if (this.timer !== undefined) this.look();
    await this.looking;
  }

  /** undefined: the day's salt is not there. */
  identify(siteId: string, address: string, userAgent: string): string | undefined {
    const atMs = this.nowMs();
    const carried = this.carried(siteId, address, userAgent, atMs);
    if (carried !== undefined) return carried;
    const visitor = this.identities.get(dayOf(atMs))?.(siteId, address, userAgent);
    if (visitor !== undefined && atMs % DAY_MS >= DAY_MS - visitMs) this.visits.see(visitor, atMs);
    return visitor;
  }

  /** The name of yesterday, of a visit that goes on. */
  private carried(siteId: string, address: string, userAgent: string, atMs: number): string | undefined {
    const sinceMidnightMs = atMs % DAY_MS;
    const isSettling = sinceMidnightMs < settlingMs;
    if (sinceMidnightMs >= carriedMs || (this.visits.isEmpty && !isSettling)) return undefined;
    const visitor = this.identities.get(dayOf(atMs - DAY_MS))?.(siteId, address, userAgent);
    if (visitor === undefined || !(isSettling || this.visits.isOn(visitor, atMs))) return undefined;
    this.visits.see(visitor, atMs);
    return visitor;
  }

  private look(): void {
    this.looking ??= this.provide()
      .then(() => this.exchangeVisits())
      .catch((error: Error) => this.say(`the day's salt cannot be had: ${error.message}`))
      .finally(() => {
        this.looking = undefined;
      });
  }

  /** Today's, and soon tomorrow's. Yesterday's stays while a visit may go on. */
  private async provide(): Promise<void> {
    const atMs = this.nowMs();
    this.visits.forgetOld(atMs);
    const wanted = [dayOf(atMs), dayOf(atMs + aheadMs)];
    for (const day of new Set(wanted)) {
      if (!this.identities.has(day)) await this.readOn();
      if (this.identities.has(day)) continue;
      await this.log.write([{ kind: 'salt', day, salt: randomBytes(saltBytes) }]);
      await this.readOn();
      if (!this.identities.has(day)) throw new Error(`${day}'s was written, and is not there`);
    }
    const isCarrying = atMs % DAY_MS < (this.visits.isEmpty ? settlingMs : carriedMs);
    const oldest = isCarrying ? dayOf(atMs - DAY_MS) : dayOf(atMs);
    for (const day of this.identities.keys()) if (day < oldest) this.identities.delete(day);
  }

  /** Around midnight alone. */
  private async exchangeVisits(): Promise<void> {
    const atMs = this.nowMs();
    const sinceMidnightMs = atMs % DAY_MS;
    if (sinceMidnightMs >= carriedMs && sinceMidnightMs < DAY_MS - visitMs) return;
    const untold = this.visits.takeUntold(atMs);
    const entries: SaltEntry[] = [];
    for (let from = 0; from < untold.length; from += visitorsPerEntry)
      entries.push({ kind: 'seen', atMs, visitors: untold.slice(from, from + visitorsPerEntry) });
    if (entries.length > 0) await this.log.write(entries);
    await this.readOn();
  }

  private async readOn(): Promise<void> {
    const atMs = this.nowMs();
    for (const entry of await this.log.readOn()) {
      if (entry.kind === 'seen') {
        if (atMs - entry.atMs < visitMs) this.visits.hear(entry.visitors, entry.atMs);
      } else if (!this.identities.has(entry.day)) {
        this.identities.set(entry.day, visitorIdentity(entry.salt));
      }
    }
  }
}
