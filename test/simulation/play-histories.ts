/** Plays histories one seed after another, until one fails. */
import type { Redis } from 'ioredis';
import { drawHistory, type History } from './draw-history';
import { playHistory } from './play-history';
import type { Mutation } from './world';

export interface Series {
  /** Histories that were played, the failed one included. */
  readonly played: number;
  /** Cells that were compared. */
  readonly cells: number;
  /** Undefined: none failed. */
  readonly failed: History | undefined;
}

export async function playHistories(
  redis: Redis,
  { seed, count }: { readonly seed: number; readonly count: number },
  mutation: Mutation = {},
  onPlayed: (played: number) => void = () => undefined,
): Promise<Series> {
  let cells = 0;
  for (let played = 1; played <= count; played++) {
    const history = drawHistory(seed + played - 1);
    const outcome = await playHistory(redis, history, mutation);
    cells += outcome.cells;
    if (outcome.failures.length > 0) return { played, cells, failed: history };
    onPlayed(played);
  }
  return { played: count, cells, failed: undefined };
}
