/**
 * What a commit answers, and what its caller owes. Nothing but `applied` has changed anything.
 *
 * - `applied`    the whole run is counted and `next` has moved past it. Go on.
 * - `duplicate`  the whole run was counted before. Go on; it is not an error.
 * - `overlap`    part of the run was counted before. Drop the records below `next`, look up and fold again, retry.
 * - `behind`     records between `next` and the run are missing. Nothing is ever applied out of order: report the
 *                partition as failed, so that the run is delivered again, and call repair (lambdas/repair).
 * - `torn`       a commit broke off half-way in this shard. Refuse, alarm; the shard must be rebuilt.
 * - `wrong_log`  the log is not the one that this shard has counted; repair found out. Refuse, alarm; a rebuild counts the new log.
 * - `moved`      the shard is closed: its partition is counted in another generation now. Forget the one that was remembered
 *                and count there; ShardDirectory.follow does.
 */
export type CommitOutcome =
  | { readonly kind: 'applied'; readonly next: number }
  | { readonly kind: 'duplicate'; readonly next: number }
  | { readonly kind: 'overlap'; readonly next: number }
  | { readonly kind: 'behind'; readonly next: number; readonly first: number }
  | { readonly kind: 'torn'; readonly next: number }
  | { readonly kind: 'wrong_log'; readonly next: number }
  | { readonly kind: 'moved'; readonly next: number; readonly generation: number };

/** Base of what the store throws: the caller retries the batch. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/**
 * The roll-up breaks the script's rules: a fault of what judged, folded or encoded its records, not of the store. Nothing is applied.
 * Retrying does not mend it; repair finds the record (lambdas/repair/count-halving.ts).
 */
export class RollUpRefusedError extends StoreError {
  override readonly name = 'RollUpRefusedError';
}

/** A key holds another type or schema version than this code writes. Not mended by retrying; the shard must be rebuilt. */
export class StoreCorruptError extends StoreError {
  override readonly name = 'StoreCorruptError';
}
