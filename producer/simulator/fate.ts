/** What becomes of a record besides being a visitor's step: some are bad, late, dated ahead, or sent again. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import { integerBetween, type Random, weightedPick } from './random';

/** Shares of all records; docs/simulator.md says what each does on the page, and a test holds them. */
export const SHARES = { bad: 0.005, late: 0.006, future: 0.002, duplicate: 0.005 } as const;

export type Fate = 'bad' | 'late' | 'future' | 'duplicate' | 'normal';

const { bad, late, future, duplicate } = SHARES;
export const pickFate = weightedPick<Fate>([
  ['normal', 1 - bad - late - future - duplicate],
  ['bad', bad],
  ['late', late],
  ['future', future],
  ['duplicate', duplicate],
]);

/** How late a late event is: in its hour still, in its day still, or for all time only. */
const pickLateness = weightedPick([
  [[11 * MINUTE_MS, 50 * MINUTE_MS] as const, 6],
  [[26 * HOUR_MS, 40 * HOUR_MS] as const, 3],
  [[3 * DAY_MS, 6 * DAY_MS] as const, 1],
]);
/** How far ahead the clock of a future-dated event is: further than clocks may differ. */
const futureMs = [10 * MINUTE_MS, 2 * DAY_MS] as const;
/** Between the click and the edge. */
const underwayMs = [10, 1_500] as const;

/** When it happened, by the clock of the client. */
export function drawTimestamp(fate: Fate, receivedAtMs: number, random: Random): number {
  if (fate === 'future') return receivedAtMs + integerBetween(random, ...futureMs);
  const sentAtMs = receivedAtMs - integerBetween(random, ...underwayMs);
  return fate === 'late' ? sentAtMs - integerBetween(random, ...pickLateness(random)) : sentAtMs;
}
