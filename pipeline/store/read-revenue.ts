/** Revenue of one currency over time. It lies among the extras of each bucket, of which three fields are asked for. */
import { EXTRAS } from '../core/dimensions';
import { GRAINS } from '../core/grains';
import type { ShardState } from '../core/merge-ledger';
import { amountText, type SplitAmount } from '../core/money';
import type { TimeseriesPoint } from '../core/timeseries';
import type { BucketRange } from '../core/window';
import { bucketKey, extrasKey, FIELD } from './keys';
import { type ReadCommand, readTogether } from './read-commands';
import { decodeState, stateCommands } from './read-state';
import type { ReadShard } from './read-topology';
import type { RedisClient } from './redis-client';

export interface RevenueReading {
  readonly state: ShardState | undefined;
  /** Of each bucket of the range, in order. */
  readonly amounts: readonly SplitAmount[];
}

export interface RevenueQuestion {
  readonly site: string;
  readonly currency: string;
  readonly range: BucketRange;
}

/** Throws StoreError. */
export async function readRevenue(
  redis: RedisClient,
  shard: ReadShard,
  { site, currency, range }: RevenueQuestion,
): Promise<RevenueReading> {
  const fields = [EXTRAS.revenueThousands, EXTRAS.revenueRest].map(({ code }) => FIELD.value(code, currency));
  const { code } = GRAINS[range.grain];
  const commands = range.startsMs.map(
    (startMs): ReadCommand => ['HMGET', extrasKey(bucketKey(shard.tag, code, site, startMs)), ...fields],
  );
  const [state, behind, ...replies] = await readTogether(redis, [...stateCommands(shard), ...commands]);
  const amounts = (replies as (string | null)[][]).map(([thousands, rest]) => ({
    thousands: Number(thousands ?? 0),
    rest: Number(rest ?? 0),
  }));
  return { state: decodeState(shard, [state, behind]), amounts };
}

export function mergeRevenueSeries(
  { startsMs }: BucketRange,
  readings: readonly RevenueReading[],
): TimeseriesPoint[] {
  return startsMs.map((startMs, i) => {
    const sum = { thousands: 0, rest: 0 };
    for (const { amounts } of readings) {
      sum.thousands += amounts[i]?.thousands ?? 0;
      sum.rest += amounts[i]?.rest ?? 0;
    }
    const amount = amountText(sum);
    return { at: new Date(startMs).toISOString(), value: Number(amount), exact: true, amount };
  });
}
