/** A news spike: one article is in the news, and the traffic rises within seconds to many times what it was, and decays. */

export interface SpikeOptions {
  /** At the top the site has this many times its traffic. */
  readonly factor: number;
  readonly lengthMs: number;
}

export const spikeFactor = { min: 2, max: 100, default: 5 } as const;
export const spikeMinutes = { min: 1, max: 60, default: 3 } as const;

/** Path of the page that everybody wants to read. */
export const spikeArticle = '/blog/scale-3';

/** It rises for this share of its length, then decays. */
const risingShare = 0.15;
/** At the end e to the minus this is left, 2 %, and then nothing. */
const decays = 4;

export class Spike {
  constructor(
    private readonly startMs: number,
    private readonly options: SpikeOptions,
  ) {}

  /** How many times its usual traffic the site has: 1 before and after. */
  factorAt(nowMs: number): number {
    const { factor, lengthMs } = this.options;
    const done = (nowMs - this.startMs) / lengthMs;
    if (done < 0 || done >= 1) return 1;
    const height =
      done < risingShare
        ? done / risingShare
        : Math.exp((-decays * (done - risingShare)) / (1 - risingShare));
    return 1 + (factor - 1) * height;
  }
}
