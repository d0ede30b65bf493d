/** Everything that a snapshot needs of one shard, in two round trips: a small one for what changes, one for what has changed. */
import { SECONDS } from '../core/grains';
import { feedMax, SECOND_MS } from '../core/limits';
import type { FeedMember } from '../core/merge-feed';
import type { ShardState } from '../core/merge-ledger';
import { LIVE_WINDOWS_MS } from '../core/window';
import { decodeFeedMember } from './feed-member';
import { bucketKey, feedKey, liveKey, sitesKey } from './keys';
import type { Cell, CellReader, CellReading } from './read-cells';
import { type ReadCommand, readTogether } from './read-commands';
import { countsCommand, decodeCounts } from './read-counts';
import { decodeState, stateCommands } from './read-state';
import type { ReadShard } from './read-topology';
import type { RedisClient } from './redis-client';

/** Visitors by when they were last seen. */
export interface LiveReading {
  readonly held: number;
  readonly last5m: number;
  readonly last30m: number;
  /** Last-seen time of who was away longest; undefined where nobody is held. */
  readonly lowestMs: number | undefined;
}

export interface SiteReading {
  readonly sites: readonly string[];
  readonly live: LiveReading;
  /** In the ten whole seconds that ended two seconds ago. */
  readonly recentViews: number;
  readonly feed: readonly FeedMember[];
}

export interface CellsReading {
  readonly tag: string;
  /** Undefined where the shard does not exist yet. */
  readonly state: ShardState | undefined;
  readonly cells: ReadonlyMap<string, CellReading>;
}

export interface ShardReading extends SiteReading, ReadShard, CellsReading {}

/** The newest seconds are still filling, by what lies in the log and is not counted yet. */
const secondsLeftOut = 2;
export const secondsInRate = 10;

/** HMGETs of the rate's seconds, which lie in one minute or two. */
function rateCommands(tag: string, site: string, nowMs: number): ReadCommand[] {
  const end = Math.floor(nowMs / SECOND_MS) - secondsLeftOut;
  const byMinute = new Map<number, number[]>();
  for (let second = end - secondsInRate; second < end; second++) {
    const startMs = Math.floor((second * SECOND_MS) / SECONDS.lengthMs) * SECONDS.lengthMs;
    byMinute.set(startMs, [...(byMinute.get(startMs) ?? []), second - startMs / SECOND_MS]);
  }
  return Array.from(byMinute, ([startMs, seconds]) => [
    'HMGET',
    bucketKey(tag, SECONDS.code, site, startMs),
    ...seconds,
  ]);
}

function siteCommands({ tag }: ReadShard, site: string, nowMs: number): ReadCommand[] {
  const live = liveKey(tag, site);
  return [
    ['SMEMBERS', sitesKey(tag)],
    ['ZCARD', live],
    ['ZCOUNT', live, nowMs - LIVE_WINDOWS_MS.last5m, '+inf'],
    ['ZCOUNT', live, nowMs - LIVE_WINDOWS_MS.last30m, '+inf'],
    ['ZRANGE', live, 0, 0, 'WITHSCORES'],
    ['ZREVRANGE', feedKey(tag, site), 0, feedMax - 1, 'WITHSCORES'],
    ...rateCommands(tag, site, nowMs),
  ];
}

/** Members begin with their offset; what follows is decoded of those alone that get into the merged list. */
function decodeFeed(partition: number, reply: unknown): FeedMember[] {
  const flat = reply as readonly string[];
  const members: FeedMember[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const member = flat[i] as string;
    const offset = Number.parseInt(member, 10);
    const atMs = Number(flat[i + 1]);
    members.push({ atMs, partition, offset, read: () => decodeFeedMember(member, atMs) });
  }
  return members;
}

function decodeSite(partition: number, replies: readonly unknown[]): SiteReading {
  const [sites, held, last5m, last30m, lowest, feed, ...rates] = replies;
  const lowestScore = (lowest as readonly string[])[1];
  const views = (rates as (string | null)[][]).flat();
  return {
    sites: sites as string[],
    live: {
      held: Number(held),
      last5m: Number(last5m),
      last30m: Number(last30m),
      lowestMs: lowestScore === undefined ? undefined : Number(lowestScore),
    },
    recentViews: views.reduce((sum, count) => sum + Number(count ?? 0), 0),
    feed: decodeFeed(partition, feed),
  };
}

/** One shard over time: notices when the shard has been set back, and everything held of it is void. */
export class ShardReader {
  private epoch = 0;
  private latest: ShardState | undefined;

  constructor(
    private readonly redis: RedisClient,
    private readonly reader: CellReader,
    private readonly shard: ReadShard,
  ) {}

  async readSnapshot(site: string, cells: readonly Cell[], nowMs: number): Promise<ShardReading> {
    const more = siteCommands(this.shard, site, nowMs);
    const { state, replies, readings } = await this.read(more, cells, nowMs);
    return { ...this.shard, state, ...decodeSite(this.shard.partition, replies), cells: readings };
  }

  async readCells(cells: readonly Cell[], nowMs: number): Promise<CellsReading> {
    const { state, readings } = await this.read([], cells, nowMs);
    return { tag: this.shard.tag, state, cells: readings };
  }

  /** The state goes first: counts that are read after a log time are final by it. */
  private async read(
    more: readonly ReadCommand[],
    cells: readonly Cell[],
    nowMs: number,
  ): Promise<{
    state: ShardState | undefined;
    replies: readonly unknown[];
    readings: ReadonlyMap<string, CellReading>;
  }> {
    const { epoch } = this;
    const held = this.reader.held(cells, epoch);
    const asked = cells.filter((_, i) => !held[i]?.isFinal);
    const [stateReply, behindReply, ...rest] = await readTogether(this.redis, [
      ...stateCommands(this.shard),
      ...more,
      ...asked.map(({ key }) => countsCommand(key)),
    ]);
    const state = decodeState(this.shard, [stateReply, behindReply]);
    this.noteState(state);
    if (this.epoch !== epoch) return this.read(more, cells, nowMs);
    const replies = rest.slice(0, more.length);
    const countReplies = rest.slice(more.length);
    const counts = held.map((reading) => (reading?.isFinal ? undefined : decodeCounts(countReplies.shift())));
    const logTimeMs = state?.logTimeMs ?? Number.NEGATIVE_INFINITY;
    const readings = await this.reader.complete(cells, held, counts, { epoch, logTimeMs, nowMs });
    return { state, replies, readings };
  }

  /** A shard goes forward only, unless its store lost its last writes or it was made anew. */
  private noteState(state: ShardState | undefined): void {
    const { latest } = this;
    const isSetBack =
      latest !== undefined &&
      (state === undefined || state.next < latest.next || state.startedAtMs !== latest.startedAtMs);
    if (isSetBack) this.epoch += 1;
    this.latest = state;
  }
}
