/** A site's hours, days and visitors over weeks, written as the consumer would have, and the same as plain rows. */
import { DAY_MS, HOUR_MS } from '../../pipeline/core/limits';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { seededNumbers } from '../support/build-snapshot';
import { type WrittenShard, writeShards } from './read-fixture';

export interface HourRow {
  readonly startMs: number;
  readonly views: number;
  readonly events: number;
  readonly bots: number;
  readonly visitors: readonly string[];
}

/** What is asked of rows, over `[fromMs, toMs)`. */
export function sumRows(rows: readonly HourRow[], fromMs: number, toMs: number) {
  const sums = { views: 0, events: 0, bots: 0 };
  const visitors = new Set<string>();
  for (const row of rows) {
    if (row.startMs < fromMs || row.startMs >= toMs) continue;
    sums.views += row.views;
    sums.events += row.events;
    sums.bots += row.bots;
    for (const visitor of row.visitors) visitors.add(visitor);
  }
  return { ...sums, visitors: visitors.size };
}

function drawRow(startMs: number, partition: number, next: () => number): HourRow {
  const draw = (below: number): number => Math.floor(next() * below);
  // A visitor lies in one partition and comes back within days.
  const person = (): string =>
    String(1_000_000 * (partition + 1) + Math.floor(startMs / DAY_MS) * 7 + draw(60));
  return {
    startMs,
    views: 1 + draw(50),
    events: draw(9),
    bots: draw(5),
    visitors: [...new Set(Array.from({ length: 4 }, person))],
  };
}

async function writeShard(shard: WrittenShard, rows: readonly HourRow[], nowMs: number): Promise<void> {
  // Sealed as they are in the store: hours 25 h after their end, days 49 h.
  const sealed = (untilMs: number, graceMs: number, visitors: readonly string[]) =>
    nowMs > untilMs + graceMs ? { sealed: { visitors: visitors.length, exact: true } } : {};
  await Promise.all(
    rows.map((row) =>
      shard.bucket('hour', row.startMs, {
        ...row,
        ...sealed(row.startMs + HOUR_MS, 25 * HOUR_MS, row.visitors),
      }),
    ),
  );
  const days = new Set(rows.map(({ startMs }) => Math.floor(startMs / DAY_MS) * DAY_MS));
  await Promise.all(
    [...days].map((dayMs) => {
      const own = rows.filter(({ startMs }) => startMs >= dayMs && startMs < dayMs + DAY_MS);
      const visitors = [...new Set(own.flatMap((row) => row.visitors))];
      const { views, events, bots } = sumRows(own, dayMs, dayMs + DAY_MS);
      const written = { views, events, bots, visitors, dimensions: { pages: { '/': views } } };
      return shard.bucket('day', dayMs, { ...written, ...sealed(dayMs + DAY_MS, 49 * HOUR_MS, visitors) });
    }),
  );
}

/** Every hour from `fromMs` up to that of `nowMs` in each shard. Counting began an hour before. */
export async function writeHours(
  redis: RedisClient,
  topic: string,
  options: {
    readonly shards: number;
    readonly fromMs: number;
    readonly nowMs: number;
    readonly seed: number;
  },
): Promise<{ readonly shards: readonly WrittenShard[]; readonly rows: readonly HourRow[] }> {
  const { fromMs, nowMs, seed } = options;
  const shards = await writeShards(redis, topic, options.shards);
  const next = seededNumbers(seed);
  const all: HourRow[] = [];
  for (const shard of shards) {
    await shard.state({ logTime: nowMs, startedAt: fromMs - HOUR_MS });
    const rows: HourRow[] = [];
    for (let startMs = fromMs; startMs <= nowMs; startMs += HOUR_MS) {
      rows.push(drawRow(startMs, shard.partition, next));
    }
    await writeShard(shard, rows, nowMs);
    all.push(...rows);
  }
  return { shards, rows: all };
}
