/**
 * From where to where a shard has counted. Its `start` and `next` are cells too: where the ledger does not add up, the times of
 * the first and the newest record tell whether one of them is at fault. The recount then goes by what the ledger says, so that a
 * wrong offset is one difference and not one in each bucket that the record touched.
 */
import { numberIn } from './audited-range';
import type { Comparison } from './comparison';
import { ledgerTerms } from './ledger-terms';
import type { Bounds, LogReader } from './log-reader';
import type { StoredShard } from './stored-shard';

/** In the ledger, but of records that have another term too, or of no records. */
const beside = /^(late$|skewed$|edge:)/;

function ledgerSum(state: StoredShard['state']): number {
  return ledgerTerms(state)
    .filter((term) => !beside.test(term))
    .reduce((sum, term) => sum + numberIn(state, term), 0);
}

async function timeAt(reader: LogReader, partition: number, offset: number, bounds: Bounds): Promise<number> {
  let foundMs = Number.NaN;
  if (offset < bounds.low || offset >= bounds.high) return foundMs;
  await reader.read(partition, offset, offset + 1, async ([record]) => {
    foundMs = record?.timestampMs ?? foundMs;
    return true;
  });
  return foundMs;
}

function withField(stored: StoredShard, field: string, offset: number): StoredShard {
  return { ...stored, state: new Map(stored.state).set(field, String(offset)) };
}

/** The shard as it is to be compared: with the offset that its ledger tells where the stored one is at fault. */
export async function checkOffsets(
  comparison: Comparison,
  reader: LogReader,
  stored: StoredShard,
  bounds: Bounds,
): Promise<StoredShard> {
  const { state, partition } = stored;
  const [start, next] = [numberIn(state, 'start'), numberIn(state, 'next')];
  const surplus = next - start - ledgerSum(state);
  if (surplus === 0) return stored;
  const isAt = async (offset: number, timeMs: number): Promise<boolean> =>
    (await timeAt(reader, partition, offset, bounds)) === timeMs;
  const startedAtMs = numberIn(state, 'startedAt');
  if ((await isAt(start + surplus, startedAtMs)) && !(await isAt(start, startedAtMs))) {
    comparison.equal('ledger', 'state start', start + surplus, start);
    return withField(stored, 'start', start + surplus);
  }
  const newestMs = numberIn(state, state.has('lastTimestamp') ? 'lastTimestamp' : 'logTime');
  if ((await isAt(next - surplus - 1, newestMs)) && !(await isAt(next - 1, newestMs))) {
    comparison.equal('ledger', 'state next', next - surplus, next);
    return withField(stored, 'next', next - surplus);
  }
  return stored;
}
