/**
 * Folds a contiguous run of judged records into a roll-up: pure, one pass, a function of the log alone. It reads no clock,
 * so that consumer, repair, rebuild and tests agree whenever they run. An event is counted once, in the cell of its site
 * and minute (cell.ts); hours, days and all-time are those cells added up when the run is over (site-builder.ts).
 */
import { type ClickEvent, EDGE_SITE, type EdgeSummary, type JudgedRecord } from './event';
import { duplicateWindowMs, markSliceMs, rejectsMax } from './limits';
import { visitorPartition } from './partition';
import type { LedgerIncrements, Mark, RollUp } from './roll-up';
import { SiteBuilder } from './site-builder';
import { eventTime, grainsOpen, isLate, receivedTime } from './time-bucket';

/** What folding must know beside the records: nothing else of what is stored matters. */
export interface FoldContext {
  readonly partition: number;
  readonly partitionCount: number;
  /** The shard's log time before the run; 0 for a new shard. */
  readonly logTimeMs: number;
  /** For each record, the newest slice in which its identity is marked; undefined where it is not. */
  readonly markSlices: readonly (number | undefined)[];
  /** For each record, the place of the run's first with the same identity: its own, where it is the first or has none. */
  readonly firstPlaces: readonly number[];
}

const windowSlices = duplicateWindowMs / markSliceMs;

class Folding {
  readonly ledger: LedgerIncrements = {
    counted: 0,
    bots: 0,
    heartbeats: 0,
    summaries: 0,
    duplicates: 0,
    late: 0,
    skewed: 0,
    rejected: new Map(),
    edge: new Map(),
  };
  readonly sites = new Map<string, SiteBuilder>();
  readonly marks: Mark[] = [];
  readonly rejections: RollUp['rejections'] = [];
  readonly receivedAtMs: number[] = [];
  newestEventAtMs: number | undefined;
  heartbeatAtMs: number | undefined;
  logTimeMs: number;
  /** The newest slice in which this run has marked the identity of a record, by the first place of that. */
  private readonly markedIn: (number | undefined)[] = [];

  constructor(private readonly context: FoldContext) {
    this.logTimeMs = context.logTimeMs;
  }

  /** `at`: place in the run. */
  add(record: JudgedRecord, at: number, storedSlice: number | undefined): void {
    if (record.timestampMs > this.logTimeMs) this.logTimeMs = record.timestampMs;
    const { verdict } = record;
    if (verdict.kind === 'rejected') {
      this.ledger.rejected.set(verdict.reason, (this.ledger.rejected.get(verdict.reason) ?? 0) + 1);
      this.rejections.push({ offset: record.offset, reason: verdict.reason, field: verdict.field });
    } else if (verdict.kind === 'heartbeat') {
      this.ledger.heartbeats++;
      this.heartbeatAtMs = Math.max(this.heartbeatAtMs ?? 0, record.timestampMs);
    } else if (verdict.kind === 'summary') {
      this.addSummary(verdict.summary, at, storedSlice);
    } else if (this.isDuplicate(verdict.event, at, storedSlice)) {
      this.ledger.duplicates++;
    } else {
      this.count(verdict.event, record.offset);
    }
  }

  private addSummary(
    { messageId, reason, count }: EdgeSummary,
    at: number,
    storedSlice: number | undefined,
  ): void {
    if (this.isDuplicate({ siteId: EDGE_SITE, messageId }, at, storedSlice)) {
      this.ledger.duplicates++;
      return;
    }
    this.ledger.summaries++;
    this.ledger.edge.set(reason, (this.ledger.edge.get(reason) ?? 0) + count);
  }

  /** Tells whether the identity was seen within the window of log time, and marks it where it was not. */
  private isDuplicate(
    { siteId, messageId }: Pick<ClickEvent, 'siteId' | 'messageId'>,
    at: number,
    storedSlice: number | undefined,
  ): boolean {
    if (messageId === undefined) return false;
    const slice = Math.floor(this.logTimeMs / markSliceMs);
    const first = this.context.firstPlaces[at] as number;
    const seen = this.markedIn[first] ?? storedSlice;
    if (seen !== undefined && slice - seen <= windowSlices) return true;
    this.markedIn[first] = slice;
    this.marks.push({ siteId, messageId, at, slice });
    return false;
  }

  private count(event: ClickEvent, offset: number): void {
    const receivedMs = receivedTime(event.receivedAtMs, this.logTimeMs);
    const { atMs, skewed } = eventTime(event.timestampMs, receivedMs);
    const ageMs = this.logTimeMs - atMs;
    const site = this.siteOf(event.siteId);
    if (event.context.isBot) {
      this.ledger.bots++;
      site.countBot(atMs, grainsOpen(ageMs));
      return;
    }
    const late = isLate(ageMs);
    this.ledger.counted++;
    if (late) this.ledger.late++;
    if (skewed) this.ledger.skewed++;
    site.countEvent(event, atMs, grainsOpen(ageMs), offset, { late, skewed });
    this.newestEventAtMs = Math.max(this.newestEventAtMs ?? Number.NEGATIVE_INFINITY, atMs);
    this.receivedAtMs.push(receivedMs);
  }

  private siteOf(siteId: string): SiteBuilder {
    let site = this.sites.get(siteId);
    if (site === undefined) {
      const { partition, partitionCount } = this.context;
      site = new SiteBuilder((id) => visitorPartition(siteId, id, partitionCount) !== partition);
      this.sites.set(siteId, site);
    }
    return site;
  }
}

/**
 * Folds records at contiguous offsets, in order. Throws RangeError where they are not contiguous or none: only the caller
 * can know what a hole means.
 */
export function foldRun(records: readonly JudgedRecord[], context: FoldContext): RollUp {
  if (records[0] === undefined) throw new RangeError('foldRun: no records');
  const { offset: first, timestampMs: firstTimestampMs } = records[0];
  const folding = new Folding(context);
  records.forEach((record, i) => {
    if (record.offset !== first + i)
      throw new RangeError(`foldRun: offset ${record.offset}, expected ${first + i}`);
    folding.add(record, i, context.markSlices[i]);
  });
  return {
    firstOffset: first,
    nextOffset: first + records.length,
    partitionCount: context.partitionCount,
    firstTimestampMs,
    logTimeMs: folding.logTimeMs,
    newestEventAtMs: folding.newestEventAtMs,
    heartbeatAtMs: folding.heartbeatAtMs,
    ledger: folding.ledger,
    sites: new Map(Array.from(folding.sites, ([siteId, site]) => [siteId, site.build()])),
    marks: folding.marks,
    rejections: folding.rejections.slice(-rejectsMax),
    receivedAtMs: folding.receivedAtMs,
  };
}
