/** Looks for the highest rate that everything on this machine holds. */
import { availableParallelism } from 'node:os';
import { BenchError } from './benchmark';
import type { Trial } from './trial';

/** Where the search begins: a rate that any machine holds; what it costs there says where the limit must be. */
const firstRate = 5_000;
/** Of the processors; the rest is for the system, and for what does not run side by side. */
const firstGuessShare = 0.85;
const stepUp = 1.12;
const stepDown = 0.88;
const stepsMax = 12;

export type Attempt = Pick<Trial, 'asked' | 'isHeld' | 'lagGrowth' | 'allUs'>;

/**
 * Climbs from a guess while the rate is held, or else falls until it is; so the answer is at most a step of 12 % below the limit.
 * Throws BenchError where no rate was held.
 */
export async function searchRate(
  tryRate: (rate: number) => Promise<Attempt>,
  rateMax: number,
  say: (line: string) => void,
  processors = availableParallelism(),
): Promise<number> {
  const attempt = async (rate: number): Promise<Attempt> => {
    const trial = await tryRate(rate);
    const { isHeld, lagGrowth } = trial;
    const lag = `lag grew by ${Math.round(lagGrowth)} records`;
    say(`end-to-end: ${rate} events/s ${isHeld ? 'held' : 'not held'} (${lag})`);
    return trial;
  };
  const first = await attempt(Math.min(firstRate, rateMax));
  const limit = first.allUs === undefined ? firstRate * 2 : (processors * 1e6) / first.allUs;
  const guess = first.isHeld ? limit * firstGuessShare : first.asked * stepDown;
  let rate = Math.min(rateMax, Math.round(guess));
  let held = first.isHeld ? first.asked : undefined;
  let wasHeld: boolean | undefined;
  for (let step = 0; step < stepsMax && rate !== held; step += 1) {
    const { isHeld } = await attempt(rate);
    if (isHeld) held = Math.max(held ?? 0, rate);
    // Between a rate that was held and the next one that was not lies the answer.
    if (wasHeld !== undefined && wasHeld !== isHeld) break;
    wasHeld = isHeld;
    rate = Math.min(rateMax, Math.round(rate * (isHeld ? stepUp : stepDown)));
  }
  if (held === undefined) throw new BenchError(`end-to-end: not even ${rate} events/s were held`);
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
