/**
 * Whether the log is still the one that a shard has counted. A topic that was deleted and made anew, or a broker that lost its end, gives
 * other records at the same offsets: counted ones would be skipped for new ones, as duplicates, and nobody would notice.
 */

import { recordDigest } from '../../pipeline/store/digest';
import type { ShardId } from '../../pipeline/store/keys';
import type { LastRecord } from '../../pipeline/store/store-port';
import type { LogSource } from '../../pipeline/stream/log-source';
import type { LogBounds, PartitionLog } from '../../pipeline/stream/partition-log';

export interface CountedLog {
  readonly next: number;
  readonly last: LastRecord | undefined;
}

/** Of one fetch: its first batch of records is all that is wanted. */
const oneBatchBytes = 1;

/** Why the log is another one; undefined: it is not, or no longer holds what could tell. `bounds`: read before `counted`. */
export async function whyOtherLog(
  logs: LogSource,
  { topic, partition }: ShardId,
  { next, last }: CountedLog,
  bounds: LogBounds,
): Promise<string | undefined> {
  const isOutgrown = next > bounds.logEnd;
  // Below the log's start there is nothing to compare with: retention has been there.
  const isHeld = last !== undefined && last.offset >= bounds.logStart;
  if (!isOutgrown && !isHeld) return undefined;
  const log = await logs.open(topic, partition);
  try {
    // Asked anew: the log grows while other partitions are repaired.
    const logEnd = isOutgrown ? (await log.bounds()).logEnd : bounds.logEnd;
    if (next > logEnd) return `${next} offsets are counted but the log ends at ${logEnd}`;
    return last !== undefined && isHeld ? await whyOtherRecord(log, last) : undefined;
  } finally {
    await log.close();
  }
}

/** An offset without a record tells nothing: what a transaction has aborted is not handed out. */
async function whyOtherRecord(log: PartitionLog, last: LastRecord): Promise<string | undefined> {
  const fetched = await log.fetch(last.offset, oneBatchBytes);
  const found = fetched?.records.find(({ offset }) => offset === last.offset);
  if (found === undefined) return undefined;
  const isSame = found.timestampMs === last.timestampMs && recordDigest(found.value) === last.digest;
  return isSame ? undefined : `offset ${last.offset} holds another record than the one that was counted`;
}
