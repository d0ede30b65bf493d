/** The newest events of a run, for the live feed: by event time, then offset. */
import type { ClickEvent } from './event';
import { feedMax } from './limits';
import type { FeedItem } from './roll-up';

interface Entry {
  readonly atMs: number;
  readonly offset: number;
  readonly event: ClickEvent;
}

function newestFirst(a: Entry, b: Entry): number {
  return b.atMs - a.atMs || b.offset - a.offset;
}

export class FeedBuilder {
  private entries: Entry[] = [];
  /** Event time below which an entry cannot be among the newest any more. */
  private floorMs = Number.NEGATIVE_INFINITY;

  add(event: ClickEvent, atMs: number, offset: number): void {
    if (atMs < this.floorMs) return;
    this.entries.push({ atMs, offset, event });
    // Sorted seldom: once for every `feedMax` entries that got in.
    if (this.entries.length >= 2 * feedMax) this.cut();
  }

  items(): FeedItem[] {
    this.cut();
    return this.entries.map(({ atMs, offset, event }) => ({
      atMs,
      offset,
      type: event.type as FeedItem['type'],
      path: event.page.path,
      event: event.event,
      referrerHost: event.page.referrerHost,
      browser: event.context.browser,
      device: event.context.device,
      country: event.context.country,
    }));
  }

  private cut(): void {
    this.entries = this.entries.sort(newestFirst).slice(0, feedMax);
    if (this.entries.length === feedMax) this.floorMs = this.entries[feedMax - 1]?.atMs ?? this.floorMs;
  }
}
