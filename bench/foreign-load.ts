/** What others burnt while something was measured: figures of a machine that is not quiet are not worth comparing. */
import { availableParallelism } from 'node:os';
import { busySeconds, treeSeconds } from './processor-time';

/** Above this share of all processors a row carries a warning. */
export const foreignShareMax = 0.1;

export interface LoadSample {
  readonly atMs: number;
  /** All processors, everybody. */
  readonly busySeconds: number;
  /** This process and all that it has started. */
  readonly ownSeconds: number;
}

export function sampleLoad(): LoadSample | undefined {
  const busy = busySeconds();
  const own = treeSeconds(process.pid);
  if (busy === undefined || own === undefined) return undefined;
  return { atMs: performance.now(), busySeconds: busy, ownSeconds: own };
}

/** Share of the machine's processors that others had between the samples, 0 to 1; undefined where the system does not tell. */
export function foreignShare(
  from: LoadSample | undefined,
  to: LoadSample | undefined,
  processors = availableParallelism(),
): number | undefined {
  if (from === undefined || to === undefined || to.atMs <= from.atMs) return undefined;
  const foreign = to.busySeconds - from.busySeconds - (to.ownSeconds - from.ownSeconds);
  return Math.max(0, foreign) / (((to.atMs - from.atMs) / 1_000) * processors);
}
