/** The views of the earlier period under the bars that they are compared with. */
import type { Comparison } from '../pipeline/core/snapshot';
import type { ChartBar } from './chart-bars';

/**
 * A value a bar, undefined where none is known; undefined altogether where the earlier buckets do not lie under these bars:
 * days of four weeks ago are held by UTC alone. The bars may have moved on since the comparison was asked for.
 */
export function earlierViews(
  bars: readonly ChartBar[],
  comparison: Comparison,
): readonly (number | undefined)[] | undefined {
  const { series, from } = comparison;
  const [first, second] = bars;
  const point = series[1];
  if (first === undefined || second === undefined || point === undefined) return undefined;
  const lengthMs = second.untilMs - second.fromMs;
  const moved = (second.fromMs - Date.parse(from)) / lengthMs - 1;
  const isSameLength = Date.parse(point.until) - Date.parse(point.at) === lengthMs;
  if (!isSameLength || !Number.isInteger(moved)) return undefined;
  return bars.map((_, index) => series[index + moved]?.views);
}
