/**
 * The model: docs/counting.md, word for word, one record at a time. It shares no code with the fold, with validation, with the store or
 * with the audit; what it is given is what was drawn, and what became of each offset.
 */
import type { Bounds } from '../faulty-wire';
import type { MemoryPartition, WrittenRecord } from '../memory-topic';
import type { Progress } from '../progress';
import { digestOfMessage } from './digests';
import { judge, type ModelEvent, timeOf } from './judge';
import { type Counting, ModelSite } from './model-site';
import { partitionOf } from './placement';
import { lateAfter, markSlice, markSlicesHeld } from './rules';

export class ModelShard {
  readonly sites = new Map<string, ModelSite>();
  readonly ledger = new Map<string, number>();
  /** Slice -> digests. */
  readonly marks = new Map<number, Set<string>>();
  /** `offset|reason|field`, newest last. */
  readonly rejects: string[] = [];
  logMs: number;
  /** Log time of the first record, or what repair has made the shard with. */
  startedAtMs: number;
  newestEventAtMs: number | undefined;
  heartbeatAtMs: number | undefined;
  /** The record that was counted last. */
  newest: WrittenRecord | undefined;
  /** By which the log is known again. */
  readonly checked: WrittenRecord | undefined;
  /** `site|messageId` -> newest slice. */
  private readonly newestMark = new Map<string, number>();

  constructor(
    private readonly partition: number,
    readonly progress: Progress,
    log: MemoryPartition,
    private readonly anySite: boolean,
    private readonly bounds: Bounds,
  ) {
    const first = progress.fates.find(({ kind }) => kind === 'counted');
    this.checked = log.entries[progress.checkedOffset ?? -1];
    this.logMs = progress.madeAtMs ?? 0;
    this.startedAtMs = progress.madeAtMs ?? (first && log.entries[first.from]?.timestampMs) ?? 0;
    for (const fate of progress.fates) {
      if (fate.kind !== 'counted') {
        this.ledger.set(fate.kind, (this.ledger.get(fate.kind) ?? 0) + fate.to - fate.from);
        continue;
      }
      for (let offset = fate.from; offset < fate.to; offset++)
        this.count(log.entries[offset] as WrittenRecord, fate.partitionCount);
      for (const site of this.sites.values()) site.commit(this.logMs);
    }
  }

  private addToLedger(term: string, by = 1): void {
    this.ledger.set(term, (this.ledger.get(term) ?? 0) + by);
  }

  private count(record: WrittenRecord, partitionCount: number): void {
    this.newest = record;
    this.logMs = Math.max(this.logMs, record.timestampMs);
    const judged = judge(record, this.anySite);
    if (judged.kind === 'rejected') {
      this.addToLedger(`rejected:${judged.reason}`);
      this.rejects.push(`${record.offset}|${judged.reason}|${judged.field}`);
    } else if (judged.kind === 'heartbeat') {
      this.addToLedger('heartbeats');
      this.heartbeatAtMs = Math.max(record.timestampMs, this.heartbeatAtMs ?? 0);
    } else if (judged.kind === 'summary') {
      // Its identity is one of a site without a name.
      if (this.wasSeen({ site: '', messageId: judged.messageId })) {
        this.addToLedger('duplicates');
        return;
      }
      this.addToLedger('summaries');
      this.addToLedger(`edge:${judged.reason}`, judged.count);
    } else if (this.wasSeen(judged.event)) {
      this.addToLedger('duplicates');
    } else {
      this.countEvent(judged.event, record.offset, partitionCount);
    }
  }

  private wasSeen({ site, messageId }: Pick<ModelEvent, 'site' | 'messageId'>): boolean {
    if (messageId === undefined) return false;
    const slice = Math.floor(this.logMs / markSlice);
    const identity = `${site}|${messageId}`;
    const newest = this.newestMark.get(identity);
    if (newest !== undefined && slice - newest <= markSlicesHeld) return true;
    this.newestMark.set(identity, slice);
    const marks = this.marks.get(slice) ?? new Set();
    this.marks.set(slice, marks.add(digestOfMessage(site, messageId)));
    return false;
  }

  private countEvent(event: ModelEvent, offset: number, partitionCount: number): void {
    const { atMs, skewed } = timeOf(event, this.logMs);
    const ageMs = this.logMs - atMs;
    const isForeign = partitionOf(event.site, event.visitor, partitionCount) !== this.partition;
    const how: Counting = { offset, atMs, ageMs, skewed, partitionCount, isForeign };
    this.addToLedger(event.isBot ? 'bots' : 'counted');
    if (!event.isBot) {
      if (ageMs > lateAfter) this.addToLedger('late');
      if (skewed) this.addToLedger('skewed');
      this.newestEventAtMs = Math.max(atMs, this.newestEventAtMs ?? atMs);
    }
    let site = this.sites.get(event.site);
    if (site === undefined) {
      site = new ModelSite(this.bounds);
      this.sites.set(event.site, site);
    }
    site.count(event, how);
  }
}
