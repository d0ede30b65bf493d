/** A product that is broken on purpose: histories must tell. One that they do not catch is a hole in the harness. */

import type { Redis } from 'ioredis';
import type { CommitStore } from '../../../pipeline/store/store-port';
import type { ScriptName } from '../faulty-wire';
import type { Mutation, SteppedStore } from '../world';

export interface Mutant extends Mutation {
  /** As `--mutant` takes it. */
  readonly name: string;
  /** What would come of it, or which rule it breaks. */
  readonly about: string;
  /** From here on it is caught soon: where the tests begin. */
  readonly seed: number;
}

/** The text no longer holds what the mutant exchanges: the mutant would be the product itself. */
export class StaleMutantError extends Error {
  override readonly name = 'StaleMutantError';
}

function exchange(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new StaleMutantError(`the script does not hold ${JSON.stringify(from)}`);
  return text.replace(from, () => to);
}

/** Exchanges pieces of one script. */
export function rewriting(script: ScriptName, ...pairs: readonly (readonly [string, string])[]): Mutation {
  return {
    rewrite: (name, text) =>
      name === script ? pairs.reduce((changed, [from, to]) => exchange(changed, from, to), text) : text,
  };
}

/** Exchanges methods of the store; the others are the real ones. */
export function replacing(
  methods: (store: SteppedStore, redis: Redis) => Partial<CommitStore>,
): Pick<Mutation, 'store'> {
  return {
    store: (store, redis) => Object.assign(Object.create(store) as CommitStore, methods(store, redis)),
  };
}
