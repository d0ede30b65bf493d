/** What a person is told of a history that failed: seed and drawn options first, what to type to see it again last. */
import type { Redis } from 'ioredis';
import type { History } from './draw-history';
import { describeOptions } from './draw-options';
import type { Mutant } from './mutants/mutant';
import { describeOperation } from './operation';
import { playHistory } from './play-history';
import { shorten } from './shorten';

const differencesShown = 12;

export function replayCommand(seed: number, mutant?: string): string {
  const broken = mutant === undefined ? '' : ` --mutant ${mutant}`;
  return `npm run histories -- --seed ${seed} --count 1 --random-only${broken}`;
}

/** Makes the history short and tells it, line by line. `redis`: as playHistory takes it. */
export async function reportFailure(redis: Redis, history: History, mutant?: Mutant): Promise<string[]> {
  const short = await shorten(history, async (candidate) => {
    return (await playHistory(redis, candidate, mutant)).failures.length > 0;
  });
  const { failures } = await playHistory(redis, short, mutant);
  const shown = failures.slice(0, differencesShown).map((line) => `  ${line}`);
  const more = failures.length - shown.length;
  return [
    `seed ${history.seed}`,
    describeOptions(history.options),
    '',
    `shortened from ${history.operations.length} operations to ${short.operations.length}, then settled:`,
    ...short.operations
      .flatMap((operation) => describeOperation(operation).split('\n'))
      .map((line) => `  ${line}`),
    '',
    `${failures.length} ${failures.length === 1 ? 'failure' : 'failures'}:`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
    '',
    `to see it again: ${replayCommand(history.seed, mutant?.name)}`,
  ];
}
