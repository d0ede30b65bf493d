/**
 * Whether the log is still the one that a shard has counted. A topic that was deleted and made anew, or a broker that lost its end, gives
 * other records at the same offsets: counted ones would be skipped for new ones, as duplicates, and nobody would notice.
 */

import { recordDigest } from '../../pipeline/store/digest';
import type { ShardId } from '../../pipeline/store/keys';
import type { ComparedWithLog, CountedRecord } from '../../pipeline/store/store-port';
import type { LogSource } from '../../pipeline/stream/log-source';
import type { LogBounds, PartitionLog } from '../../pipeline/stream/partition-log';

export interface CountedLog {
  readonly next: number;
  readonly last: CountedRecord | undefined;
  readonly checked: CountedRecord | undefined;
}

/** `wrong`: why the log is another one, and by what of the shard. `found`: a record above the checked one that the log holds as it was counted. */
export type LogCheck =
  | { readonly kind: 'wrong'; readonly reason: string; readonly compared: ComparedWithLog }
  | { readonly kind: 'right'; readonly found: CountedRecord | undefined };

/** Of one fetch: its first batch of records is all that is wanted. */
const oneBatchBytes = 1;

/**
 * `bounds`: read before `counted`. The record that was checked the last time goes first: a topic that was made anew and has outgrown `next`
 * since is counted on as if it were the old one, and the newest record is its own.
 */
export async function checkLog(
  logs: LogSource,
  { topic, partition }: ShardId,
  { next, last, checked }: CountedLog,
  bounds: LogBounds,
): Promise<LogCheck> {
  const isOutgrown = next > bounds.logEnd;
  // Below the log's start there is nothing to compare with: retention has been there.
  const held = [checked, last].map((record) =>
    record !== undefined && record.offset >= bounds.logStart ? record : undefined,
  );
  if (!isOutgrown && held.every((record) => record === undefined)) return { kind: 'right', found: undefined };
  const log = await logs.open(topic, partition);
  try {
    // Asked anew: the log grows while other partitions are repaired.
    const logEnd = isOutgrown ? (await log.bounds()).logEnd : bounds.logEnd;
    if (next > logEnd) {
      const reason = `${next} offsets are counted but the log ends at ${logEnd}`;
      return { kind: 'wrong', reason, compared: { next } };
    }
    return await checkRecords(log, next, held[0], held[1]);
  } finally {
    await log.close();
  }
}

async function checkRecords(
  log: PartitionLog,
  next: number,
  checked: CountedRecord | undefined,
  last: CountedRecord | undefined,
): Promise<LogCheck> {
  const reason = ({ offset }: CountedRecord): string =>
    `offset ${offset} holds another record than the one that was counted`;
  if (checked !== undefined && (await findRecord(log, checked)) === 'another') {
    return { kind: 'wrong', reason: reason(checked), compared: { checkedOffset: checked.offset } };
  }
  if (last === undefined || last.offset === checked?.offset) return { kind: 'right', found: undefined };
  const found = await findRecord(log, last);
  if (found === 'another') return { kind: 'wrong', reason: reason(last), compared: { next } };
  return { kind: 'right', found: found === 'same' ? last : undefined };
}

/** `none`: an offset without a record tells nothing, since what a transaction has aborted is not handed out. */
async function findRecord(log: PartitionLog, counted: CountedRecord): Promise<'same' | 'another' | 'none'> {
  const fetched = await log.fetch(counted.offset, oneBatchBytes);
  const found = fetched?.records.find(({ offset }) => offset === counted.offset);
  if (found === undefined) return 'none';
  const isSame = found.timestampMs === counted.timestampMs && recordDigest(found.value) === counted.digest;
  return isSame ? 'same' : 'another';
}
