/**
 * A shard in memory: what the commit script does with roll-ups, without bounds, sealing and expiry. Fault model: none, every
 * commit is applied whole and in order. It shares no code with the script, so both may be compared.
 */
import { DIMENSION_NAMES } from '../../pipeline/core/dimensions';
import type { LogRecord } from '../../pipeline/core/event';
import { foldRun } from '../../pipeline/core/fold';
import type { Counts, RollUp } from '../../pipeline/core/roll-up';
import { judgeRecords, type SiteRules } from '../../pipeline/core/validation';
import { DEMO_SITE, TEST_NONCE } from './build-event';

export class MemoryShard {
  readonly cells = new Map<string, number>();
  readonly visitors = new Map<string, Set<string>>();
  readonly lastSeen = new Map<string, number>();
  readonly united = new Set<string>();
  private readonly marks = new Map<string, number>();
  logTimeMs = 0;
  next = 0;

  constructor(
    private readonly partition = 0,
    private readonly partitionCount = 1,
    private readonly sites: SiteRules = DEMO_SITE,
  ) {}

  count(records: readonly LogRecord[]): RollUp {
    const judged = judgeRecords(records, this.sites, TEST_NONCE);
    const names = judged.map(({ verdict }) => {
      if (verdict.kind === 'summary') return ` ${verdict.summary.messageId}`;
      if (verdict.kind !== 'event' || verdict.event.messageId === undefined) return undefined;
      return `${verdict.event.siteId} ${verdict.event.messageId}`;
    });
    const markSlices = names.map((name) => (name === undefined ? undefined : this.marks.get(name)));
    const firstPlaces = names.map((name, place) => (name === undefined ? place : names.indexOf(name)));
    const { partition, partitionCount, logTimeMs } = this;
    const rollUp = foldRun(judged, { partition, partitionCount, logTimeMs, markSlices, firstPlaces });
    this.apply(rollUp);
    return rollUp;
  }

  /** Every cell as sorted text, for comparison. */
  print(): string[] {
    const lines = Array.from(this.cells, ([name, count]) => `${name} = ${count}`);
    for (const [name, set] of this.visitors) lines.push(`${name} visitors = ${[...set].sort().join(',')}`);
    for (const [name, atMs] of this.lastSeen) lines.push(`${name} last seen = ${atMs}`);
    for (const name of this.united) lines.push(`${name} unite`);
    return [...lines, `next = ${this.next}`, `log time = ${this.logTimeMs}`].sort();
  }

  private add(name: string, increment: number): void {
    if (increment !== 0) this.cells.set(name, (this.cells.get(name) ?? 0) + increment);
  }

  private addCounts(name: string, counts: Counts): void {
    for (const [field, count] of Object.entries(counts)) this.add(`${name} ${field}`, count);
  }

  private see(name: string, visitors: readonly string[]): void {
    if (visitors.length > 0)
      this.visitors.set(name, new Set([...(this.visitors.get(name) ?? []), ...visitors]));
  }

  private apply(rollUp: RollUp): void {
    if (rollUp.firstOffset !== this.next)
      throw new RangeError(`offset ${rollUp.firstOffset}, expected ${this.next}`);
    this.next = rollUp.nextOffset;
    this.logTimeMs = rollUp.logTimeMs;
    const { rejected, edge, ...ledger } = rollUp.ledger;
    for (const [term, count] of Object.entries(ledger)) this.add(`ledger ${term}`, count);
    for (const [reason, count] of rejected) this.add(`ledger rejected ${reason}`, count);
    for (const [reason, count] of edge) this.add(`ledger edge ${reason}`, count);
    for (const { siteId, messageId, slice } of rollUp.marks) this.marks.set(`${siteId} ${messageId}`, slice);
    for (const [siteId, site] of rollUp.sites) {
      for (const [key, bucket] of site.buckets) {
        const name = `${siteId} ${key}`;
        this.addCounts(name, bucket.counts);
        for (const dimension of DIMENSION_NAMES) {
          for (const [value, n] of bucket.dimensions.get(dimension) ?? [])
            this.add(`${name} ${dimension} ${value}`, n);
        }
        const visitors = bucket.visitors.map(
          (place) => site.visitors[place]?.anonymousId ?? `nobody at ${place}`,
        );
        if (new Set(visitors).size < visitors.length) throw new RangeError(`${name}: a visitor twice`);
        this.see(name, visitors);
        if (bucket.unite) this.united.add(name);
      }
      for (const [minute, seconds] of site.seconds) {
        for (const [second, views] of seconds) this.add(`${siteId} s${minute}+${second} views`, views);
      }
      this.addCounts(`${siteId} all`, site.allTime.counts);
      for (const [path, views] of site.allTime.pages) this.add(`${siteId} all pages ${path}`, views);
      this.see(
        `${siteId} all`,
        site.visitors.map(({ anonymousId }) => anonymousId),
      );
      for (const { anonymousId, lastSeenMs } of site.visitors) {
        const name = `${siteId} ${anonymousId}`;
        this.lastSeen.set(name, Math.max(this.lastSeen.get(name) ?? Number.NEGATIVE_INFINITY, lastSeenMs));
      }
    }
  }
}
