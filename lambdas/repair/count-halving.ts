/**
 * Counts a run although some record in it kills counting: what fails is halved until one record is left, which is then rejected as
 * `unprocessable`, with its offset in the newest rejections. All others are counted as ever.
 */

import type { LogRecord } from '../../pipeline/core/event';
import {
  type CountingRules,
  type CountOutcome,
  countRun,
  countUnprocessable,
  isRecordsFault,
} from '../../pipeline/counting/count-run';
import type { ShardId } from '../../pipeline/store/keys';
import type { CommitStore } from '../../pipeline/store/store-port';

export interface Counting {
  readonly store: CommitStore;
  readonly shard: ShardId;
  readonly rules: CountingRules;
  /** Told of each record that was given up, and the name of its error: a message might quote what a visitor wrote. */
  readonly onUnprocessable: (offset: number, errorName: string) => void;
}

/** A record that fails by itself is tried so often in all: a lack of memory, say, would hit it by chance. */
const attemptsAlone = 2;

/** `records`: at contiguous offsets, at least one. Throws StoreError; RollUpRefusedError where the shard has too many such records. */
export async function countByHalving(
  counting: Counting,
  records: readonly LogRecord[],
): Promise<CountOutcome> {
  const { store, shard, rules, onUnprocessable } = counting;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await countRun(store, shard, records, rules);
    } catch (error) {
      if (!isRecordsFault(error)) throw error;
      if (records.length > 1) return countHalves(counting, records);
      if (attempt < attemptsAlone) continue;
      const record = records[0] as LogRecord;
      const outcome = await countUnprocessable(store, shard, record, rules);
      if (outcome.kind === 'applied') {
        onUnprocessable(record.offset, error instanceof Error ? error.name : typeof error);
      }
      return outcome;
    }
  }
}

async function countHalves(counting: Counting, records: readonly LogRecord[]): Promise<CountOutcome> {
  const middle = Math.ceil(records.length / 2);
  const outcome = await countByHalving(counting, records.slice(0, middle));
  const goesOn = outcome.kind === 'applied' || outcome.kind === 'duplicate';
  return goesOn ? countByHalving(counting, records.slice(middle)) : outcome;
}
