/** Repeatable randomness: the same seed gives the same numbers on every machine. */

/** A number from 0 up to, not including, 1. */
export type Random = () => number;

/** mulberry32: 32 bits of state, good enough for traffic, a few nanoseconds a number. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number from `from` to `to`, both included. */
export function integerBetween(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** Near to the standard normal distribution, and never outside ±3.5: a sum of four even draws. */
export function normalLike(random: Random): number {
  return (random() + random() + random() + random() - 2) * 1.7320508075688772;
}

export type Weighted<T> = readonly (readonly [value: T, weight: number])[];

/** Draws values as often as their weights say. */
export function weightedPick<T>(rows: Weighted<T>): (random: Random) => T {
  const values = rows.map(([value]) => value);
  let sum = 0;
  const upTo = Float64Array.from(rows, ([, weight]) => {
    sum += weight;
    return sum;
  });
  return (random) => {
    const target = random() * sum;
    let low = 0;
    let high = upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((upTo[middle] as number) > target) high = middle;
      else low = middle + 1;
    }
    return values[low] as T;
  };
}
