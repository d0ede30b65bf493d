/**
 * A model's shard as it must lie in the store, cell by cell: what is closed is sealed, what is older than it is kept is gone, by log time.
 * A cell is `key|field`; a member of a set has the value `in`.
 */

import type { Bounds } from '../faulty-wire';
import type { WrittenRecord } from '../memory-topic';
import { digestOfValue } from './digests';
import type { ModelShard } from './model-shard';
import type { FeedEntry, ModelBucket, ModelSite } from './model-site';
import { registersOf } from './registers';
import {
  extraLetters,
  type GrainRule,
  grains,
  lastSeenKept,
  markKeptAfterSlice,
  markSlice,
  secondsKeptAfterMinute,
} from './rules';
import type { Values } from './values';

export type Cells = Map<string, string>;

/** Number of visitors that a HyperLogLog of these digests is said to have. */
export type Estimate = (digests: ReadonlySet<string>) => Promise<number>;

class CellWriter {
  readonly cells: Cells = new Map();
  private readonly due = new Map<string, number>();

  constructor(
    private readonly tag: string,
    private readonly shard: ModelShard,
    private readonly bounds: Bounds,
    private readonly estimate: Estimate,
  ) {}

  async write(): Promise<Cells> {
    this.state();
    for (const [slice, digests] of this.shard.marks) {
      if (!this.stillDue(`k:${slice}`, (slice + 1) * markSlice + markKeptAfterSlice)) continue;
      this.members(`marks:${slice}`, digests);
    }
    this.shard.rejects
      .slice(-this.bounds.rejects)
      .reverse()
      .forEach((row, i) => {
        this.set('rejects', `${i}`, row);
      });
    for (const [name, site] of this.shard.sites) await this.site(name, site);
    for (const [member, dueMs] of this.due) this.set('due', member, dueMs);
    return this.cells;
  }

  private set(key: string, field: string, value: string | number): void {
    this.cells.set(`${this.tag}:${key}|${field}`, String(value));
  }

  private members(key: string, members: Iterable<string>): void {
    for (const member of members) this.set(key, member, 'in');
  }

  /** Tells whether what the entry stands for is still there, and notes it as what is to be done next. */
  private stillDue(member: string, dueMs: number): boolean {
    if (dueMs < this.shard.logMs) return false;
    if (!this.due.has(member)) this.due.set(member, dueMs);
    return true;
  }

  private state(): void {
    const { progress, ledger, logMs, startedAtMs, newestEventAtMs, heartbeatAtMs } = this.shard;
    const { start, next, waiting } = progress;
    const fields = { schema: 2, start, next, logTime: logMs, startedAt: startedAtMs };
    for (const [field, value] of Object.entries({
      ...fields,
      newestEventAt: newestEventAtMs,
      heartbeatAt: heartbeatAtMs,
    }))
      if (value !== undefined) this.set('state', field, value);
    this.record('last', this.shard.newest);
    this.record('checked', this.shard.checked);
    for (const [term, count] of ledger) this.set('state', term, count);
    const counted = ledger.get('counted') ?? 0;
    if (counted > 0) this.set('latency', 'events', counted);
    if (waiting === undefined) return;
    this.set('behind', 'first', waiting.first);
    this.set('behind', 'atMs', waiting.atMs);
  }

  private record(name: string, record: WrittenRecord | undefined): void {
    if (record === undefined) return;
    this.set('state', `${name}Offset`, record.offset);
    this.set('state', `${name}Timestamp`, record.timestampMs);
    this.set('state', `${name}Digest`, digestOfValue(record.value));
  }

  private async site(name: string, site: ModelSite): Promise<void> {
    const { logMs } = this.shard;
    this.set('sites', name, 'in');
    for (const grain of grains)
      for (const [startMs, bucket] of site.buckets.get(grain.code) ?? [])
        await this.bucket(name, grain, startMs, bucket);
    for (const [startMs, seconds] of site.seconds) {
      const key = `s:${name}:${startMs / 1000}`;
      if (!this.stillDue(key, startMs + 60_000 + secondsKeptAfterMinute)) continue;
      for (const [second, views] of seconds) this.set(key, `${second}`, views);
    }
    this.counts(`all:${name}`, site.allTime);
    this.visitors(`all:${name}`, site.allTime);
    this.values(`pages:${name}`, 'p', site.pages);
    site.forget(logMs);
    for (const [digest, atMs] of site.lastSeen) this.set(`live:${name}`, digest, atMs);
    if (site.lastSeen.size > 0) this.due.set(`l:${name}`, Math.min(...site.lastSeen.values()) + lastSeenKept);
    const newest = [...site.feed]
      .sort((a, b) => b.atMs - a.atMs || b.offset - a.offset)
      .slice(0, this.bounds.feed);
    for (const entry of newest) this.set(`feed:${name}`, feedMember(entry), entry.atMs);
  }

  private async bucket(name: string, grain: GrainRule, startMs: number, bucket: ModelBucket): Promise<void> {
    const key = `${grain.code}:${name}:${startMs / 1000}`;
    const endMs = startMs + grain.length;
    const isOpen = this.stillDue(key, endMs + grain.grace);
    const hasDetails = this.stillDue(key, endMs + grain.detailsKept);
    if (!this.stillDue(key, endMs + grain.countsKept)) return;
    this.counts(key, bucket);
    for (const [code, values] of hasDetails ? bucket.dimensions : [])
      this.values(`${key}:${extraLetters.includes(code) ? 'x' : 'd'}`, code, values);
    const isExact = bucket.visitors.size <= this.bounds.exactVisitors;
    const hasRegisters = grain.code === 'm' ? hasDetails : true;
    if (bucket.visitors.size > 0) {
      if (hasRegisters) this.set(`${key}:h`, 'registers', registersOf(bucket.visitors));
      if (!isExact) this.set(key, 'promoted', 1);
      else if (isOpen) this.members(`${key}:v`, bucket.visitors);
    }
    if (isOpen) return;
    this.set(key, 'visitors', isExact ? bucket.visitors.size : await this.estimate(bucket.visitors));
    this.set(key, 'visitorsExact', isExact ? 1 : 0);
  }

  private counts(key: string, { counts, parts, unite }: ModelBucket): void {
    for (const [field, count] of counts) this.set(key, field, count);
    this.set(key, 'parts', parts ?? 0);
    if (unite) this.set(key, 'unite', 1);
  }

  /** Of all time: there is no end after which they would be sealed. */
  private visitors(key: string, { visitors }: ModelBucket): void {
    if (visitors.size === 0) return;
    this.set(`${key}:h`, 'registers', registersOf(visitors));
    if (visitors.size > this.bounds.exactVisitors) this.set(key, 'promoted', 1);
    else this.members(`${key}:v`, visitors);
  }

  private values(key: string, code: string, values: Values): void {
    if (values.counts.size === 0 && !values.hasTrimmed) return;
    for (const [value, count] of values.counts) this.set(key, `${code}=${value}`, count);
    this.set(key, `${code}#`, values.counts.size);
    if (values.hasTrimmed) this.set(key, `${code}*`, values.other);
  }
}

function feedMember({ offset, event }: FeedEntry): string {
  const { type, what, labels } = event;
  const fields = {
    type,
    // A custom event happened on a page too: that of its url.
    ...(type === 'page' ? { path: what } : { path: '/', event: what }),
    ...(labels.referrer === undefined ? {} : { referrerHost: labels.referrer }),
    ...(labels.browser === undefined ? {} : { browser: labels.browser }),
    ...(labels.device === undefined ? {} : { device: labels.device }),
    ...(labels.country === undefined ? {} : { country: labels.country }),
  };
  return `${offset} ${sortedJson(fields)}`;
}

/** JSON whose fields are in order of their names. */
export function sortedJson(fields: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Cells of a shard that exists. */
export function modelCells(
  tag: string,
  shard: ModelShard,
  bounds: Bounds,
  estimate: Estimate,
): Promise<Cells> {
  return new CellWriter(tag, shard, bounds, estimate).write();
}
