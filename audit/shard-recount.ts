/**
 * Counts the records of one partition as docs/counting.md says, one record at a time, from its text alone. What a record
 * is (event, heartbeat, rejected) is asked of the pipeline's validation, which audit and pipeline share.
 */
import type { ClickEvent, LogRecord } from '../pipeline/core/event';
import { admitSites, judgeRecords, type SiteRules } from '../pipeline/core/validation';
import { clockSkewMs, GRAIN_RULES, markSliceMs, markSlicesHeld, rejectsMax } from './rules';
import type { Scratch } from './scratch';
import { SiteRecount } from './site-recount';
import { countVisitors } from './visitor-count';

export interface RecountPlan {
  readonly partition: number;
  /** First offset to count. */
  readonly from: number;
  /** One past the last. */
  readonly next: number;
  /** The shard's log time when its cells were read. */
  readonly finalLogTimeMs: number;
  readonly sites: SiteRules;
  /** Where any site is counted: those that were known before `from`. */
  readonly knownSites: ReadonlySet<string>;
  readonly partitionOf: (siteId: string, anonymousId: string) => number;
  /** Whether the store has sealed a bucket: then the number of its visitors is all that is left to compare. */
  readonly isSealed: (siteId: string, bucket: string) => boolean;
  readonly nonce: string;
}

export class ShardRecount {
  readonly ledger = new Map<string, number>();
  readonly sites = new Map<string, SiteRecount>();
  /** Slice -> identities `site NUL messageId`. Slices that hold no longer are forgotten. */
  readonly marks = new Map<number, Set<string>>();
  /** `offset|reason|field`, newest last. */
  rejections: string[] = [];
  logTimeMs = 0;
  firstLogTimeMs: number | undefined;
  records = 0;
  newestEventAtMs: number | undefined;
  heartbeatAtMs: number | undefined;
  private readonly knownSites: Set<string>;

  constructor(readonly plan: RecountPlan) {
    this.knownSites = new Set(plan.knownSites);
  }

  /** Counts those of the records that lie within the plan. */
  add(records: readonly LogRecord[]): void {
    const { from, next, sites, nonce } = this.plan;
    const wanted = records.filter(({ offset }) => offset >= from && offset < next);
    const judged = judgeRecords(wanted, sites, nonce);
    const admitted = sites.listed === undefined ? admitSites(judged, this.knownSites) : judged;
    for (const { offset, timestampMs, verdict } of admitted) {
      this.records += 1;
      this.firstLogTimeMs ??= timestampMs;
      this.logTimeMs = Math.max(this.logTimeMs, timestampMs);
      if (verdict.kind === 'rejected') {
        this.count(`rejected:${verdict.reason}`);
        this.rejections.push(`${offset}|${verdict.reason}|${verdict.field ?? ''}`);
        if (this.rejections.length >= 20 * rejectsMax) this.rejections = this.rejections.slice(-rejectsMax);
      } else if (verdict.kind === 'heartbeat') {
        this.count('heartbeats');
        this.heartbeatAtMs = Math.max(this.heartbeatAtMs ?? 0, timestampMs);
      } else {
        this.addEvent(verdict.event, offset);
      }
    }
  }

  /** Counts up the visitors of buckets that nothing can touch any more, so that their sets need not be kept. */
  async settle(scratch: Scratch): Promise<void> {
    for (const [siteId, site] of this.sites) {
      for (const [name, bucket] of site.buckets) {
        if (bucket.counted !== undefined || !this.plan.isSealed(siteId, name)) continue;
        const rule = GRAIN_RULES.find(({ code }) => name.startsWith(`${code}:`));
        if (rule === undefined) continue;
        const endMs = Number(name.slice(2)) + rule.lengthMs;
        if (this.logTimeMs < endMs + rule.graceMs) continue;
        const keepsRegisters = endMs + rule.registersKeptMs > this.plan.finalLogTimeMs;
        bucket.counted = await countVisitors(scratch, bucket.visitors, site.digests, keepsRegisters);
        bucket.visitors = new Set();
      }
    }
  }

  private count(term: string): void {
    this.ledger.set(term, (this.ledger.get(term) ?? 0) + 1);
  }

  private addEvent(event: ClickEvent, offset: number): void {
    if (this.isDuplicate(event)) {
      this.count('duplicates');
      return;
    }
    const logMs = this.logTimeMs;
    const claimedMs = event.receivedAtMs ?? logMs;
    const receivedMs = Math.abs(claimedMs - logMs) > clockSkewMs ? logMs : claimedMs;
    const statedMs = event.timestampMs ?? receivedMs;
    const isSkewed = statedMs > receivedMs + clockSkewMs;
    const atMs = isSkewed ? receivedMs : statedMs;
    const ageMs = logMs - atMs;
    const isLate = ageMs > (GRAIN_RULES[0]?.graceMs ?? 0);
    const placed = { event, offset, atMs, ageMs, isLate, isSkewed };
    this.knownSites.add(event.siteId);
    if (event.isBot) {
      this.count('bots');
      this.siteOf(event.siteId).addBot(placed);
      return;
    }
    this.count('counted');
    if (isLate) this.count('late');
    if (isSkewed) this.count('skewed');
    this.newestEventAtMs = Math.max(this.newestEventAtMs ?? atMs, atMs);
    this.siteOf(event.siteId).addEvent(placed);
  }

  private isDuplicate({ siteId, messageId }: ClickEvent): boolean {
    if (messageId === undefined) return false;
    const slice = Math.floor(this.logTimeMs / markSliceMs);
    const identity = `${siteId}\0${messageId}`;
    for (const [marked, identities] of this.marks) {
      if (slice - marked > markSlicesHeld) this.marks.delete(marked);
      else if (identities.has(identity)) return true;
    }
    const identities = this.marks.get(slice) ?? new Set();
    this.marks.set(slice, identities.add(identity));
    return false;
  }

  private siteOf(siteId: string): SiteRecount {
    let site = this.sites.get(siteId);
    if (site === undefined) {
      const { partition, partitionOf, finalLogTimeMs } = this.plan;
      site = new SiteRecount(finalLogTimeMs, (visitor) => partitionOf(siteId, visitor) !== partition);
      this.sites.set(siteId, site);
    }
    return site;
  }
}
