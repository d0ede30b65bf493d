/** Looks for the highest rate that everything on this machine holds. */
import { availableParallelism } from 'node:os';
import { BenchError } from './benchmark';
import type { Trial } from './trial';

/** Where the search begins: a rate that any machine holds. */
const firstRate = 5_000;
/** What a rate costs says where the limit must be; less this, since not everything runs side by side. */
const guessShare = 0.85;
const stepUp = 1.12;
const stepDown = 0.88;
const stepsMax = 12;

export type Attempt = Pick<Trial, 'asked' | 'isHeld' | 'lagGrowth' | 'allUs'>;

/**
 * Climbs while rates are held, by leaps as long as they cost little; then falls from the first that was not. So the answer is at most a
 * step of 12 % below the limit. Throws BenchError where no rate was held.
 */
export async function searchRate(
  tryRate: (rate: number) => Promise<Attempt>,
  rateMax: number,
  say: (line: string) => void,
  processors = availableParallelism(),
): Promise<number> {
  let held = 0;
  let notHeld = Number.POSITIVE_INFINITY;
  let rate = Math.min(firstRate, rateMax);
  for (let step = 0; step < stepsMax && rate > held; step += 1) {
    const { isHeld, lagGrowth, allUs } = await tryRate(rate);
    const lag = `lag grew by ${Math.round(lagGrowth)} records`;
    say(`end-to-end: ${rate} events/s ${isHeld ? 'held' : 'not held'} (${lag})`);
    if (isHeld) held = rate;
    else notHeld = rate;
    const guess = allUs === undefined ? 0 : (guessShare * processors * 1e6) / allUs;
    const above = Math.max(held * stepUp, guess);
    rate = Math.min(rateMax, Math.round(Math.min(above, notHeld * stepDown)));
  }
  if (held === 0) throw new BenchError(`end-to-end: not even ${notHeld} events/s were held`);
  return held;
}

/**
 * Runs at the rate that the search found, and at lower ones until most of the runs held theirs: what one trial held, it may have held
 * by luck. `isHeldAsked` false: the first is taken as it comes. Throws BenchError where it comes to nothing.
 */
export async function confirmRate<T extends Pick<Trial, 'isHeld'>>(
  found: number,
  isHeldAsked: boolean,
  runs: number,
  tryRate: (rate: number) => Promise<T>,
): Promise<{ readonly rate: number; readonly trials: readonly T[] }> {
  let rate = found;
  for (let step = 0; step < stepsMax; step += 1) {
    const trials: T[] = [];
    for (let run = 0; run < runs; run += 1) trials.push(await tryRate(rate));
    const held = trials.filter(({ isHeld }) => isHeld).length;
    if (!isHeldAsked || 2 * held > runs) return { rate, trials };
    rate = Math.round(rate * stepDown);
  }
  throw new BenchError(`end-to-end: no rate down to ${rate} events/s was held by most runs`);
}
