/**
 * Visitors of the last 5 and 30 minutes, by when they were last seen: exact, unless so many are live that a shard has had to
 * let some go (limits.ts: liveVisitorsMax). Then the minutes' HyperLogLogs answer.
 */
import { liveVisitorsMax, MINUTE_MS } from '../core/limits';
import { addVisitors, mustUnite, type Placement, uniteMembers } from '../core/merge-visitors';
import type { VisitorCount } from '../core/snapshot';
import { LIVE_WINDOWS_MS, liveMinutes, newestBuckets } from '../core/window';
import { liveKey, visitorHllKey } from './keys';
import type { CellReading } from './read-cells';
import { readTogether } from './read-commands';
import { namesOf } from './read-plan';
import type { ShardReading } from './read-shard';
import { membersMax, type VisitorReader } from './read-visitors';
import type { RedisClient } from './redis-client';

export type LiveWindow = keyof typeof LIVE_WINDOWS_MS;

interface Question {
  readonly redis: RedisClient;
  readonly visitors: VisitorReader;
  readonly site: string;
  readonly window: LiveWindow;
  readonly nowMs: number;
}

/** The window's minutes of one shard. */
function minutesOf(shard: ShardReading, window: LiveWindow, nowMs: number): CellReading[] {
  const minutes = newestBuckets('minute', LIVE_WINDOWS_MS[window] / MINUTE_MS, nowMs);
  return namesOf(minutes).flatMap((name) => shard.cells.get(name) ?? []);
}

function placementOf({ cells }: ShardReading, minutes: readonly string[]): Placement {
  let partitionCount: number | undefined;
  let unite = false;
  for (const name of minutes) {
    const counts = cells.get(name)?.counts;
    if (counts?.partitionCount === undefined) continue;
    unite ||= counts.unite || counts.partitionCount !== (partitionCount ?? counts.partitionCount);
    partitionCount = counts.partitionCount;
  }
  return { partitionCount, unite };
}

/** True where visitors of the window may have had to give way to others. */
function isOverrun({ live }: ShardReading, startMs: number): boolean {
  return live.held >= liveVisitorsMax && startMs <= (live.lowestMs ?? 0);
}

async function uniteLive(question: Question, shards: readonly ShardReading[]): Promise<VisitorCount> {
  const { redis, visitors, site, window, nowMs } = question;
  const startMs = nowMs - LIVE_WINDOWS_MS[window];
  const isSmall = shards.reduce((sum, { live }) => sum + live[window], 0) <= membersMax;
  if (isSmall && !shards.some((shard) => isOverrun(shard, startMs))) {
    const replies = await Promise.all(
      shards.map(({ tag }) => readTogether(redis, [['ZRANGEBYSCORE', liveKey(tag, site), startMs, '+inf']])),
    );
    return uniteMembers(replies.map(([members]) => members as readonly string[]));
  }
  const minutes = shards.map((shard) =>
    minutesOf(shard, window, nowMs).filter(
      ({ counts }) => counts.views + counts.events + counts.engagements > 0,
    ),
  );
  return visitors.uniteByRegisters(minutes);
}

async function countLive(question: Question, shard: ShardReading): Promise<VisitorCount> {
  const { redis, window, nowMs } = question;
  if (!isOverrun(shard, nowMs - LIVE_WINDOWS_MS[window])) return { count: shard.live[window], exact: true };
  const keys = minutesOf(shard, window, nowMs).map(({ key }) => visitorHllKey(key));
  const [count] = await readTogether(redis, [['PFCOUNT', ...keys]]);
  return { count: Number(count), exact: false };
}

export async function readLiveVisitors(
  question: Question,
  shards: readonly ShardReading[],
): Promise<VisitorCount> {
  const inhabited = shards.filter(({ live }) => live[question.window] > 0);
  const minutes = namesOf(liveMinutes(question.nowMs));
  if (inhabited.length > 1 && mustUnite(shards.map((shard) => placementOf(shard, minutes)))) {
    return uniteLive(question, inhabited);
  }
  return addVisitors(await Promise.all(inhabited.map((shard) => countLive(question, shard))));
}
