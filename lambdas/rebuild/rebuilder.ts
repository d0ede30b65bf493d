/** What the steps of a rebuild work with. They are plain functions over it, so that they run against any log and any store. */
import type { CountingRules } from '../../pipeline/counting/count-run';
import type { RebuildStore } from '../../pipeline/store/rebuild-port';
import type { CommitStore } from '../../pipeline/store/store-port';
import type { LogSource } from '../../pipeline/stream/log-source';

export interface Rebuilder {
  readonly logs: LogSource;
  readonly store: RebuildStore;
  /** Commits to shards that were moved, too (RedisCommitStore's `intoMoved`): a generation may be filled before it is opened again. */
  readonly commits: CommitStore;
  readonly rules: CountingRules;
  /** Told after each bounded piece of work. Default: nobody is. */
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Asked between two pieces of work: true ends the rebuild there, to be gone on with. Default: never. */
  readonly isStopped?: (() => boolean) | undefined;
  /** Awaited between two pieces of work, such as to keep a lease. Default: nothing is. */
  readonly keepAlive?: () => Promise<void>;
  /** Lets time pass, milliseconds, where the store has to come back to where it was. Default: a timer. */
  readonly wait?: (ms: number) => Promise<void>;
}

export interface RebuildProgress {
  readonly partition: number;
  /** First offset that is counted, the next one to be, and the one that counting goes up to for now. */
  readonly from: number;
  readonly next: number;
  readonly to: number;
}

/** It was told to stop. What is counted stays: the next run goes on there. */
export class RebuildStoppedError extends Error {
  override readonly name = 'RebuildStoppedError';
}

/** The partition cannot be rebuilt; the message says why, and what can be done. Nothing that is read has changed. */
export class RebuildRefusedError extends Error {
  override readonly name: string = 'RebuildRefusedError';
}

/** Another generation is counted than the one that was built upon: a fail-over has lost the switch to it. Done again, it goes on. */
export class SwitchLostError extends RebuildRefusedError {
  override readonly name = 'SwitchLostError';
}

/** Another rebuild of the topic is at work. */
export class LeasedError extends RebuildRefusedError {
  override readonly name = 'LeasedError';
}
