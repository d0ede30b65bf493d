/**
 * Counts the records of one partition as docs/counting.md says, one record at a time, from its text alone. What a record
 * is (event, heartbeat, rejected) is asked of the pipeline's validation, which audit and pipeline share.
 */
import type { ClickEvent, EdgeSummary, JudgedRecord, LogRecord } from '../pipeline/core/event';
import { admitSites, judgeRecords, type SiteRules } from '../pipeline/core/validation';
import { DigestSet } from './digest-set';
import { markDigest } from './digests';
import { clockSkewMs, GRAIN_RULES, type GrainRule, markSliceMs, markSlicesHeld, rejectsMax } from './rules';
import type { Scratch } from './scratch';
import { SiteRecount } from './site-recount';
import { countVisitors } from './visitor-count';

export interface RecountPlan {
  readonly partition: number;
  /** First offset to count. */
  readonly from: number;
  /** One past the last. */
  readonly next: number;
  /** Numbers of all time and the ledger's terms are counted from this offset on. */
  readonly allTimeFrom: number;
  /** A record that is to be kept, since the store keeps its digest. */
  readonly checkedOffset?: number;
  /** The shard's log time when its cells were read. */
  readonly finalLogTimeMs: number;
  readonly sites: SiteRules;
  /** Where any site is counted: those that were known before `from`. */
  readonly knownSites: ReadonlySet<string>;
  /** Offsets of records that no pipeline can fold: the store says so, and a recount cannot know. */
  readonly unprocessable: ReadonlySet<number>;
  readonly partitionOf: (siteId: string, anonymousId: string) => number;
  /** Events of other sites are judged and not counted. */
  readonly holdsSite: (siteId: string) => boolean;
  readonly holdsBucket: (rule: GrainRule, startMs: number) => boolean;
  /** Buckets and seconds alone: nothing of all time, no last-seen times, no feed. */
  readonly isBucketsOnly: boolean;
  /** Whether the store has sealed a bucket: then the number of its visitors is all that is left to compare. */
  readonly isSealed: (siteId: string, bucket: string) => boolean;
  readonly nonce: string;
}

export class ShardRecount {
  readonly ledger = new Map<string, number>();
  readonly sites = new Map<string, SiteRecount>();
  /** By slice: digests of (siteId, messageId). Slices that hold no longer are forgotten. */
  readonly marks = new Map<number, DigestSet>();
  /** `offset|reason|field`, newest last. */
  rejections: string[] = [];
  logTimeMs = 0;
  firstLogTimeMs: number | undefined;
  records = 0;
  /** Of `records`, those from `allTimeFrom` on. */
  recordsOfAllTime = 0;
  last: LogRecord | undefined;
  checked: LogRecord | undefined;
  newestEventAtMs: number | undefined;
  heartbeatAtMs: number | undefined;
  private readonly knownSites: Set<string>;
  private settledAtMs = 0;

  constructor(readonly plan: RecountPlan) {
    this.knownSites = new Set(plan.knownSites);
  }

  /** Counts those of the records that lie within the plan. */
  add(records: readonly LogRecord[]): void {
    const { from, next, sites, nonce, allTimeFrom } = this.plan;
    const wanted = records.filter(({ offset }) => offset >= from && offset < next);
    this.last = wanted.at(-1) ?? this.last;
    this.checked ??= wanted.find(({ offset }) => offset === this.plan.checkedOffset);
    const judged = this.judge(wanted, sites, nonce);
    const admitted = sites.listed === undefined ? admitSites(judged, this.knownSites) : judged;
    for (const { offset, timestampMs, verdict } of admitted) {
      this.records += 1;
      if (offset >= allTimeFrom) this.recordsOfAllTime += 1;
      this.firstLogTimeMs ??= timestampMs;
      this.logTimeMs = Math.max(this.logTimeMs, timestampMs);
      if (verdict.kind === 'rejected') {
        this.count(offset, `rejected:${verdict.reason}`);
        this.rejections.push(`${offset}|${verdict.reason}|${verdict.field ?? ''}`);
        if (this.rejections.length >= 20 * rejectsMax) this.rejections = this.rejections.slice(-rejectsMax);
      } else if (verdict.kind === 'heartbeat') {
        this.count(offset, 'heartbeats');
        this.heartbeatAtMs = Math.max(this.heartbeatAtMs ?? 0, timestampMs);
      } else if (verdict.kind === 'summary') {
        this.addSummary(verdict.summary, offset);
      } else {
        this.addEvent(verdict.event, offset);
      }
    }
  }

  /** Counts up the visitors of buckets that nothing can touch any more, so that their sets need not be kept. */
  async settle(scratch: Scratch): Promise<void> {
    const [minute] = GRAIN_RULES;
    if (minute === undefined || this.logTimeMs < this.settledAtMs + minute.lengthMs) return;
    this.settledAtMs = this.logTimeMs;
    for (const [siteId, site] of this.sites) {
      for (const [name, bucket] of site.buckets) {
        if (bucket.counted !== undefined || !this.plan.isSealed(siteId, name)) continue;
        const rule = GRAIN_RULES.find(({ code }) => name.startsWith(`${code}:`));
        if (rule === undefined) continue;
        const endMs = Number(name.slice(2)) + rule.lengthMs;
        if (this.logTimeMs < endMs + rule.graceMs) continue;
        const keepsRegisters = endMs + rule.registersKeptMs > this.plan.finalLogTimeMs;
        bucket.counted = await countVisitors(scratch, bucket.visitors, keepsRegisters);
        bucket.visitors.clear();
      }
    }
  }

  /** Lets go of minutes and seconds that start before it. */
  forgetBefore(startMs: number): void {
    for (const site of this.sites.values()) site.forgetBefore(startMs);
  }

  /** What killed the counting may kill judging here as well: it is not tried. */
  private judge(records: readonly LogRecord[], sites: SiteRules, nonce: string): JudgedRecord[] {
    const { unprocessable } = this.plan;
    if (unprocessable.size === 0) return judgeRecords(records, sites, nonce);
    const isOdd = ({ offset }: LogRecord): boolean => unprocessable.has(offset);
    const judged = judgeRecords(
      records.filter((record) => !isOdd(record)),
      sites,
      nonce,
    );
    const verdict = { kind: 'rejected', reason: 'unprocessable' } as const;
    const odd = records.filter(isOdd).map(({ offset, timestampMs }) => ({ offset, timestampMs, verdict }));
    return [...judged, ...odd].sort((a, b) => a.offset - b.offset);
  }

  private count(offset: number, term: string, by = 1): void {
    if (offset >= this.plan.allTimeFrom) this.ledger.set(term, (this.ledger.get(term) ?? 0) + by);
  }

  /** It has an identity like an event's, of a site that has no name. */
  private addSummary({ messageId, reason, count }: EdgeSummary, offset: number): void {
    if (this.isDuplicate({ siteId: '', messageId })) {
      this.count(offset, 'duplicates');
      return;
    }
    this.count(offset, 'summaries');
    this.count(offset, `edge:${reason}`, count);
  }

  private addEvent(event: ClickEvent, offset: number): void {
    if (this.isDuplicate(event)) {
      this.count(offset, 'duplicates');
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
    if (event.context.isBot) {
      this.count(offset, 'bots');
      this.siteOf(event.siteId)?.addBot(placed);
      return;
    }
    this.count(offset, 'counted');
    if (isLate) this.count(offset, 'late');
    if (isSkewed) this.count(offset, 'skewed');
    this.newestEventAtMs = Math.max(this.newestEventAtMs ?? atMs, atMs);
    this.siteOf(event.siteId)?.addEvent(placed);
  }

  private isDuplicate({ siteId, messageId }: Pick<ClickEvent, 'siteId' | 'messageId'>): boolean {
    if (messageId === undefined) return false;
    const slice = Math.floor(this.logTimeMs / markSliceMs);
    const digest = markDigest(siteId, messageId);
    for (const [marked, digests] of this.marks) {
      if (slice - marked > markSlicesHeld) this.marks.delete(marked);
      else if (digests.has(digest)) return true;
    }
    let digests = this.marks.get(slice);
    if (digests === undefined) {
      digests = new DigestSet();
      this.marks.set(slice, digests);
    }
    digests.add(digest);
    return false;
  }

  private siteOf(siteId: string): SiteRecount | undefined {
    if (!this.plan.holdsSite(siteId)) return undefined;
    let site = this.sites.get(siteId);
    if (site === undefined) {
      const { partition, partitionOf } = this.plan;
      site = new SiteRecount(this.plan, (visitor) => partitionOf(siteId, visitor) !== partition);
      this.sites.set(siteId, site);
    }
    return site;
  }
}
