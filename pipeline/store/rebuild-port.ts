/**
 * The store as a rebuild sees it: generations of a partition, closing and switching them, and whole shards read and written. Apart
 * from store-port.ts, so that nobody who counts or reads can get at it.
 */
import type { ShardId } from './keys';
import type { ShardContent } from './shard-content';

/** Which generations of a partition are in use. */
export interface PartitionGenerations {
  /** The one that is counted and read. */
  readonly counted: number;
  /** The one that is being filled; undefined: none is. */
  readonly building: number | undefined;
}

/** How a shard stands. Offsets and times as in `:state`. */
export interface ShardStanding {
  readonly start: number;
  readonly next: number;
  readonly logTimeMs: number;
  readonly lost: number;
  readonly isTorn: boolean;
  readonly isWrongLog: boolean;
  /** Of a layout that this code reads. */
  readonly isReadable: boolean;
  /** Generation that it was moved to: the shard is closed. */
  readonly movedTo: number | undefined;
  /** Buckets that start before it were carried over; undefined: nothing was. */
  readonly carriedUntilMs: number | undefined;
  /** All but this note of it is deleted. */
  readonly isDropped: boolean;
}

export interface GenerationMove {
  readonly partition: number;
  /** Generation that is counted and read from now on. */
  readonly generation: number;
}

export interface GenerationSwitch extends GenerationMove {
  /** Generation that is counted and read until then. */
  readonly from: number;
}

/** All methods throw StoreError, and StoreCorruptError for what this code cannot read. */
export interface RebuildStore {
  generations(topic: string, partition: number): Promise<PartitionGenerations>;
  /** All generations that there are or were, dropped ones too, in order; at least the counted one. */
  listGenerations(topic: string, partition: number): Promise<readonly number[]>;
  /** Undefined: the shard does not exist. */
  standing(shard: ShardId): Promise<ShardStanding | undefined>;
  /** Notes that a generation is being filled. */
  noteBuilding(topic: string, partition: number, generation: number): Promise<void>;
  /** Notes up to which offset, for those who look; where the counted generation tells it, there is no need. */
  noteTarget(topic: string, partition: number, offset: number): Promise<void>;
  /**
   * Closes the shard: from then on it answers `moved`, and changes no more. Answers its `next`. A shard that does not exist is made,
   * closed, with nothing counted. Closing it again changes nothing but where to.
   */
  close(shard: ShardId, movedTo: number): Promise<number>;
  /** Takes the closing back. */
  reopen(shard: ShardId): Promise<void>;
  /** Notes that these are to be switched together, before the first of them is closed. */
  noteSwitch(topic: string, moves: readonly GenerationMove[]): Promise<void>;
  /** What was noted and is not switched yet. */
  begunSwitch(topic: string): Promise<readonly GenerationMove[]>;
  /**
   * Readers and new writers go to these generations, all in one step; those that were being built no longer are. False, and nothing
   * changed: of some partition another generation is counted than `from` (a fail-over lost the switch to it).
   */
  switchTo(topic: string, switches: readonly GenerationSwitch[]): Promise<boolean>;
  /** The whole shard at one instant. Throws ShardBusyError where it is committed to faster than it can be read. */
  readContent(shard: ShardId): Promise<ShardContent>;
  /**
   * Replaces what the shard holds, `next` and all. It is torn while that goes on, and stays so where it breaks off: then it is begun
   * again in another generation. Nobody else may commit to it meanwhile.
   */
  replaceContent(shard: ShardId, content: ShardContent): Promise<void>;
  /** What the shard holds for all time, as the audit takes it for a base: `{topic}:audit-base:<generation>:<partition>`. */
  writeAuditBase(shard: ShardId, fields: ReadonlyMap<string, string>): Promise<void>;
  /** Deletes all keys of a closed shard but a note of where it was moved to, in bounded steps. Answers how many keys it deleted. */
  drop(shard: ShardId): Promise<number>;
  /** How many keys the shard has. */
  countKeys(shard: ShardId): Promise<number>;
  /** True: the topic's lease is this owner's, for `lifeMs` from now. False: another rebuild has it. */
  takeLease(topic: string, owner: string, lifeMs: number): Promise<boolean>;
  releaseLease(topic: string, owner: string): Promise<void>;
}
