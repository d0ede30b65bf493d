/**
 * A site's traffic of known rates, counted through the real fold and commit script in log time: so four hundred days take seconds.
 * Visitors arrive at random (as Poisson, seeded), and each is new.
 */
import type { Dimension } from '../../pipeline/core/dimensions';
import type { LogRecord } from '../../pipeline/core/event';
import { visitorPartition } from '../../pipeline/core/partition';
import { countRun } from '../../pipeline/counting/count-run';
import { dueKey, type ShardId, shardTag } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { bytesOf, TEST_NONCE, type WireEvent } from './build-event';

export interface SiteTraffic {
  readonly site: string;
  readonly topic: string;
  readonly partitions: number;
  readonly historyMs: number;
  readonly seed: number;
  /** Each visitor makes `eventsPerVisit` events within as many seconds. */
  readonly visitorsPerHour: number;
  readonly eventsPerVisit: number;
  /** Every so-manyth event is a custom event, or is a bot's; 0 for none. */
  readonly trackEvery: number;
  /** Every so-manyth page view is followed by an engagement event of a page; 0 for none. */
  readonly engagementEvery: number;
  readonly botEvery: number;
  /** Values that are drawn from, evenly, and the bytes that each has. */
  readonly values: Readonly<Record<Dimension, number>>;
  readonly valueBytes: Readonly<Record<Dimension, number>>;
}

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);
export const batchRecordsMax = 2_000;
/** A consumer is never this far behind: what is due would wait. */
export const batchMsMax = hourMs;

interface Hit {
  readonly atMs: number;
  readonly partition: number;
  readonly value: Uint8Array;
}

/** Numbers from 0 to 1, the same ones each time (mulberry32). */
function seededNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The i-th value of a dimension: a page begins with a slash, a referrer is a host name. */
function valueText(name: Dimension, i: number, bytes: number): string {
  return `${name === 'pages' ? '/' : 'v'}${String(i).padStart(bytes - 1, '0')}`;
}

interface Draft {
  readonly count: number;
  readonly visitor: string;
  readonly atMs: number;
  readonly type: 'page' | 'track' | 'engagement';
  readonly isBot: boolean;
}

/** Of each custom event one: every custom event that has these extras has them all. */
const propKey = 'plan0';
/** Texts of a prop's dimensions: two lengths, the event's name, the key, and in one of them a value. */
export function propBytes({ valueBytes }: Pick<SiteTraffic, 'valueBytes'>, propValueBytes: number) {
  const propKeys = `${valueBytes.events},${propKey.length}:`.length + valueBytes.events + propKey.length;
  return { propKeys, props: propKeys + propValueBytes };
}

function propertiesOf(draft: Draft, draw: (name: Dimension) => string): WireEvent {
  const path = draw('pages');
  if (draft.type === 'engagement') return { path, engagedMs: 12_000 + (draft.count % 5_000), scrolled: 30 };
  const referrer = `https://${draw('referrers')}/`;
  if (draft.type === 'page') return { path, referrer };
  const amount = (draft.count % 900) + 0.5;
  return { path, referrer, props: { [propKey]: draw('countries') }, revenue: { amount, currency: 'EUR' } };
}

function eventValue(traffic: SiteTraffic, random: () => number, draft: Draft): WireEvent {
  const { count, visitor, atMs, type, isBot } = draft;
  const draw = (name: Dimension) =>
    valueText(name, Math.floor(random() * traffic.values[name]), traffic.valueBytes[name]);
  const time = new Date(atMs).toISOString();
  return {
    v: 1,
    messageId: `m-${count}`,
    type,
    ...(type === 'track' ? { event: draw('events') } : {}),
    siteId: traffic.site,
    anonymousId: visitor,
    timestamp: time,
    receivedAt: time,
    properties: propertiesOf(draft, draw),
    context: {
      bot: isBot,
      browser: draw('browsers'),
      device: draw('devices'),
      os: draw('systems'),
      country: draw('countries'),
      channel: draw('channels'),
      campaign: { source: draw('sources'), name: draw('campaigns') },
    },
  };
}

/** All hits, in the order of their times. */
function* hitsOf(traffic: SiteTraffic): Generator<Hit> {
  const { site, partitions, historyMs, eventsPerVisit, trackEvery, engagementEvery, botEvery } = traffic;
  const random = seededNumbers(traffic.seed);
  const gapMs = () => (-Math.log(1 - random()) * hourMs) / traffic.visitorsPerHour;
  const endMs = startMs + historyMs;
  let waiting: Hit[] = [];
  let count = 0;
  let views = 0;
  for (let atMs = startMs + gapMs(); atMs < endMs; atMs += gapMs()) {
    const due = waiting.filter((hit) => hit.atMs <= atMs).sort((a, b) => a.atMs - b.atMs);
    yield* due;
    if (due.length > 0) waiting = waiting.filter((hit) => hit.atMs > atMs);
    const visitor = `visitor-${count}`;
    for (let i = 0; i < eventsPerVisit; i++) {
      count++;
      const isBot = botEvery > 0 && count % botEvery === 0;
      const who = isBot ? `bot-${count}` : visitor;
      // A bot comes at a time of its own.
      const hitMs = Math.floor(isBot ? atMs + gapMs() : atMs + i * 1_000);
      const partition = visitorPartition(site, who, partitions);
      const isTrack = trackEvery > 0 && count % trackEvery === 0;
      if (hitMs >= endMs) continue;
      const add = (type: Draft['type'], draftId: number): void => {
        const event = eventValue(traffic, random, {
          count: draftId,
          visitor: who,
          atMs: hitMs,
          type,
          isBot,
        });
        waiting.push({ atMs: hitMs, partition, value: bytesOf(event) });
      };
      add(isTrack ? 'track' : 'page', 2 * count);
      if (isTrack || isBot || engagementEvery === 0) continue;
      views++;
      if (views % engagementEvery === 0) add('engagement', 2 * count + 1);
    }
  }
  yield* waiting.sort((a, b) => a.atMs - b.atMs);
}

/** As in a topic of some age: offsets have ten digits. */
const firstOffset = 1_000_000_000;

/** One shard's log, counted in batches as a consumer would get them. */
class ShardWriter {
  private offset = firstOffset;
  private batch: LogRecord[] = [];

  constructor(
    private readonly redis: RedisClient,
    private readonly shard: ShardId,
    private readonly traffic: SiteTraffic,
  ) {}

  async start(): Promise<void> {
    await new RedisCommitStore(this.redis).initialise(this.shard, firstOffset, startMs);
  }

  async add(atMs: number, value: Uint8Array): Promise<void> {
    const first = this.batch[0]?.timestampMs ?? atMs;
    if (this.batch.length >= batchRecordsMax || atMs - first > batchMsMax) await this.flush();
    this.batch.push({ offset: this.offset++, timestampMs: atMs, value });
  }

  /** Heartbeats at this log time until nothing is due any more, as in a shard that is not behind. */
  async settle(atMs: number): Promise<void> {
    do {
      await this.add(atMs, bytesOf({ v: 1, type: 'heartbeat' }));
      await this.flush();
    } while ((await this.redis.zcount(dueKey(shardTag(this.shard)), '-inf', `(${atMs}`)) > 0);
  }

  private async flush(): Promise<void> {
    const records = this.batch;
    this.batch = [];
    if (records.length === 0) return;
    const { site, partitions: partitionCount } = this.traffic;
    const sites = { listed: new Set([site]), defaultSite: site };
    const rules = { sites, partitionCount, nonce: TEST_NONCE };
    const outcome = await countRun(new RedisCommitStore(this.redis), this.shard, records, rules);
    if (outcome.kind !== 'applied') throw new Error(`fill: ${outcome.kind}`);
  }
}

/** Enough of them for the list of the newest rejections to be full. */
const brokenRecords = 120;

/** Counts the whole history; log time then stands at its end in every shard. */
export async function fillSite(redis: RedisClient, traffic: SiteTraffic): Promise<void> {
  const { topic, partitions, historyMs } = traffic;
  const writers = Array.from(
    { length: partitions },
    (_, partition) => new ShardWriter(redis, { topic, generation: 1, partition }, traffic),
  );
  for (const writer of writers) {
    await writer.start();
    for (let i = 0; i < brokenRecords; i++) await writer.add(startMs, bytesOf({ v: 1, type: 'page' }));
  }
  for (const { atMs, partition, value } of hitsOf(traffic)) {
    await (writers[partition] as ShardWriter).add(atMs, value);
  }
  for (const writer of writers) await writer.settle(startMs + historyMs);
}
