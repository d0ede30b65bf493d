/** The store's writing side: look-ups and commits of shards, by scripts that decide and change in one instant. */
import type { LogRecord } from '../core/event';
import { dueMaxPerCommit, duplicateWindowMs, markSliceMs } from '../core/limits';
import type { RollUp } from '../core/roll-up';
import announceText from './announce.lua';
import commitText from './commit.lua';
import { type CommitOutcome, StoreError } from './commit-outcome';
import { recordDigest } from './digest';
import { encodeRollUp } from './encode-roll-up';
import { digestIdentities } from './identity-digests';
import initialiseText from './initialise.lua';
import {
  BEHIND,
  behindKey,
  dueKey,
  marksKey,
  SCHEMA_VERSION,
  type ShardId,
  shardTag,
  sitesKey,
  stateKey,
  TOPOLOGY,
  topologyKey,
} from './keys';
import lookUpText from './look-up.lua';
import markCheckedText from './mark-checked.lua';
import markWrongLogText from './mark-wrong-log.lua';
import { packMessage } from './message-pack';
import passOverText from './pass-over.lua';
import type { RedisClient } from './redis-client';
import { RedisScript } from './redis-script';
import { isTooLarge } from './roll-up-size';
import type {
  CommitStore,
  ComparedWithLog,
  CountedRecord,
  EventIdentity,
  FoundForCommit,
  ShardLookUp,
} from './store-port';
import { readGeneration } from './topology-fields';
import trimText from './trim.lua';

const commitScript = new RedisScript(`${trimText}\n${commitText}`);
const lookUpScript = new RedisScript(lookUpText);
const initialiseScript = new RedisScript(initialiseText);
const passOverScript = new RedisScript(passOverText);
const markCheckedScript = new RedisScript(markCheckedText);
const markWrongLogScript = new RedisScript(markWrongLogText);
const announceScript = new RedisScript(announceText);

/** Slices in which an identity can still be marked: the window's, and the one that log time is in. */
const slicesAsked = duplicateWindowMs / markSliceMs + 1;

type OutcomeKind = CommitOutcome['kind'];
const outcomeKinds: readonly OutcomeKind[] = [
  'applied',
  'duplicate',
  'overlap',
  'behind',
  'torn',
  'wrong_log',
  'moved',
];

function outcomeOf(answer: unknown, first: number): CommitOutcome {
  const [kindBytes, next, generation] = answer as [Buffer, number, number?];
  const kind = outcomeKinds.find((name) => name === kindBytes.toString());
  if (kind === undefined) throw new StoreError(`unknown outcome ${JSON.stringify(kindBytes.toString())}`);
  if (kind === 'behind') return { kind, next, first };
  if (kind === 'moved') return { kind, next, generation: generation as number };
  return { kind, next };
}

function sliceOf(logTimeMs: number): number {
  return Math.floor(logTimeMs / markSliceMs);
}

type LookUpAnswer = [
  Buffer | null,
  Buffer | null,
  Buffer,
  Buffer[],
  Buffer,
  Buffer[],
  Buffer | null,
  Buffer | null,
  (Buffer | null)[],
  readonly (Buffer | null)[],
];

function recordOf(fields: readonly (Buffer | null)[]): CountedRecord | undefined {
  const [offset, timestampMs, digest] = fields.map((field) => field?.toString());
  if (offset === undefined || timestampMs === undefined || digest === undefined) return undefined;
  return { offset: Number(offset), timestampMs: Number(timestampMs), digest };
}

function logTimeOf(answer: LookUpAnswer): number {
  return Number(answer[2].toString());
}

/** Newest slice of each identity. `asked[i]`: the place of identity i among those that were asked, -1 for none. */
function markSlicesOf(places: Buffer, asked: readonly number[], newestSlice: number): (number | undefined)[] {
  const oldestSlice = newestSlice - slicesAsked + 1;
  return asked.map((at) => {
    const place = at < 0 ? 0 : (places[at] ?? 0);
    return place === 0 ? undefined : oldestSlice + place - 1;
  });
}

function dueOf(flat: readonly Buffer[]): { member: string; dueMs: number }[] {
  const due: { member: string; dueMs: number }[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    due.push({ member: (flat[i] as Buffer).toString(), dueMs: Number((flat[i + 1] as Buffer).toString()) });
  }
  return due;
}

export class RedisCommitStore implements CommitStore {
  /**
   * `intoMoved`: commits also to a shard that was moved. For what fills the past of a shard that will be opened again, and for
   * nobody else: anyone else must go where the shard was moved to. Default false.
   */
  constructor(
    private readonly redis: RedisClient,
    private readonly options: { readonly intoMoved?: boolean } = {},
  ) {}

  async lookUp(
    shard: ShardId,
    firstTimestampMs: number,
    identities: readonly (EventIdentity | undefined)[],
  ): Promise<ShardLookUp> {
    const { digests, asked, firstPlaces } = digestIdentities(identities);
    let slice = sliceOf(firstTimestampMs);
    let answer = await this.askFor(shard, digests, slice);
    // The shard's log time may be ahead of the run's: the run was counted before, or the log's clock went back. Its marks are
    // in later slices then. Asked until it is not, since others may commit meanwhile, and a mark that is missed counts twice.
    for (let ahead = sliceOf(logTimeOf(answer)); ahead > slice; ahead = sliceOf(logTimeOf(answer))) {
      slice = ahead;
      answer = await this.askFor(shard, digests, slice);
    }
    const [next, torn, , sites, places, due, moved, wrongLog, last, checked] = answer;
    const isMoved = moved !== null && !this.options.intoMoved;
    return {
      next: next === null ? undefined : Number(next.toString()),
      torn: torn !== null,
      wrongLog: wrongLog !== null,
      last: recordOf(last),
      checked: recordOf(checked),
      movedTo: isMoved ? Number(moved.toString()) : undefined,
      logTimeMs: logTimeOf(answer),
      sites: new Set(sites.map(String)),
      markSlices: markSlicesOf(places, asked, slice),
      digests,
      asked,
      firstPlaces,
      due: dueOf(due),
    };
  }

  async commit(
    shard: ShardId,
    rollUp: RollUp,
    found: FoundForCommit,
    nowMs: number,
    last?: LogRecord,
  ): Promise<CommitOutcome> {
    const tag = shardTag(shard);
    const { keys, payload, marks } = encodeRollUp(tag, rollUp, found, nowMs);
    const answer = await commitScript.call(this.redis, keys, [
      SCHEMA_VERSION,
      rollUp.firstOffset,
      rollUp.nextOffset,
      packMessage(payload),
      marks,
      this.intoMoved,
      ...(last === undefined ? [] : [last.offset, last.timestampMs, recordDigest(last.value)]),
    ]);
    return outcomeOf(answer, rollUp.firstOffset);
  }

  isTooLarge(rollUp: RollUp): boolean {
    return isTooLarge(rollUp);
  }

  async initialise(shard: ShardId, start: number, logTimeMs: number): Promise<void> {
    await initialiseScript.call(this.redis, [stateKey(shardTag(shard))], [SCHEMA_VERSION, start, logTimeMs]);
  }

  async passOver(shard: ShardId, from: number, to: number, as: 'empty' | 'lost'): Promise<CommitOutcome> {
    return outcomeOf(
      await passOverScript.call(this.redis, [stateKey(shardTag(shard))], [from, to, as, this.intoMoved]),
      from,
    );
  }

  async markWrongLog(shard: ShardId, compared: ComparedWithLog, reason: string): Promise<boolean> {
    const [field, value] = Object.entries(compared)[0] as [string, number];
    const keys = [stateKey(shardTag(shard))];
    return (await markWrongLogScript.call(this.redis, keys, [field, value, reason])) === 1;
  }

  async markChecked(shard: ShardId, { offset, timestampMs, digest }: CountedRecord): Promise<void> {
    await markCheckedScript.call(this.redis, [stateKey(shardTag(shard))], [offset, timestampMs, digest]);
  }

  async reportBehind(shard: ShardId, first: number, nowMs: number): Promise<void> {
    await this.asked(
      this.redis.hset(behindKey(shardTag(shard)), { [BEHIND.first]: first, [BEHIND.atMs]: nowMs }),
    );
  }

  async generation(topic: string, partition: number): Promise<number> {
    const fields = [TOPOLOGY.generation, TOPOLOGY.generationOf(partition)] as const;
    const [ofTopic, ofPartition] = await this.asked(this.redis.hmget(topologyKey(topic), ...fields));
    return readGeneration(topic, ofPartition ?? ofTopic ?? undefined);
  }

  async announcePartition(topic: string, partition: number): Promise<void> {
    await announceScript.call(this.redis, [topologyKey(topic)], [partition + 1]);
  }

  private get intoMoved(): string {
    return this.options.intoMoved ? '1' : '';
  }

  private askFor(shard: ShardId, digests: Buffer, newestSlice: number): Promise<LookUpAnswer> {
    const tag = shardTag(shard);
    const slices = Array.from({ length: slicesAsked }, (_, i) =>
      marksKey(tag, newestSlice - slicesAsked + 1 + i),
    );
    const keys = [stateKey(tag), dueKey(tag), sitesKey(tag), ...slices];
    const args = [SCHEMA_VERSION, digests, dueMaxPerCommit];
    return lookUpScript.call(this.redis, keys, args) as Promise<LookUpAnswer>;
  }

  private async asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw new StoreError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
}
