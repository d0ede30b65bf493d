/** Seeded randomness: splitmix32. The same seed gives the same history on every machine and in every version of Node. */

export class Random {
  constructor(private state: number) {
    this.state >>>= 0;
  }

  /** A whole number in [0, 2^32). */
  bits(): number {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor((this.bits() / 2 ** 32) * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.bits() / 2 ** 32 < probability;
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.between(0, values.length - 1)] as T;
  }

  /** A name, as often as its weight says. Weights: at least one above 0. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const names = Object.keys(weights) as K[];
    const total = names.reduce((sum, name) => sum + weights[name], 0);
    let at = (this.bits() / 2 ** 32) * total;
    for (const name of names) {
      at -= weights[name];
      if (at < 0) return name;
    }
    return names.find((name) => weights[name] > 0) as K;
  }
}
