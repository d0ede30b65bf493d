/** What `npm run histories` was asked to do. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../../pipeline/settings';
import type { Mutant } from './mutants/mutant';
import { MUTANTS } from './mutants/mutants';

export interface RunOptions {
  /** Of the first history; the next has the next seed. */
  readonly seed: number;
  readonly count: number;
  /** Broken on purpose; undefined: the product as it is. */
  readonly mutant: Mutant | undefined;
  /** Without the exhaustive search. */
  readonly isRandomOnly: boolean;
  /** Each mutant in turn, until it is caught. */
  readonly isMutants: boolean;
}

const seedMax = 2 ** 32 - 1;
const countMax = 100_000_000;

export function usage(): string {
  return `npm run histories [-- options]

Plays random histories of deliveries, crashes, fail-overs and repairs against the real consumer, fold and commit script, on a Redis
that is started for this run alone, in virtual time; after each the store must be what a simple model says, cell by cell. Before
that, small histories are searched exhaustively. A history that fails is made as short as it gets. docs/histories.md says more.

  --seed N      of the first history, 0 to ${seedMax}; default: drawn and printed. The next has seed N + 1
  --count N     histories, 1 to ${countMax.toLocaleString('en')}; default 10,000
  --random-only no exhaustive search before them
  --mutant M    the same with a product that is broken on purpose, one of those below; exit code 1 where it is caught
  --mutants     each of them until it is caught, in a table; exit code 1 where one is not
  --help        this text

${MUTANTS.map(({ name, about }) => `  ${name.padEnd(30)} ${about}`).join('\n')}`;
}

function mutantOf(name: string | undefined): Mutant | undefined {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (name !== undefined && found === undefined)
    throw new ConfigurationError('--mutant', name, MUTANTS.map((mutant) => mutant.name).join(' | '));
  return found;
}

function readWhole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new ConfigurationError(`--${name}`, text, `a whole number from ${min} to ${max}`);
  return value;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        count: { type: 'string' },
        mutant: { type: 'string' },
        mutants: { type: 'boolean' },
        'random-only': { type: 'boolean' },
      },
    });
  } catch (error) {
    const allowed = '--seed N, --count N, --random-only, --mutant M, --mutants, --help';
    throw new ConfigurationError('npm run histories', (error as Error).message.split('.')[0], allowed);
  }
}

/** Throws ConfigurationError. */
export function readRunOptions(args: readonly string[]): RunOptions {
  const { values } = parse(args);
  return {
    seed: values.seed === undefined ? randomInt(seedMax) : readWhole('seed', values.seed, 0, seedMax),
    count: values.count === undefined ? 10_000 : readWhole('count', values.count, 1, countMax),
    mutant: mutantOf(values.mutant),
    isRandomOnly: values['random-only'] === true,
    isMutants: values.mutants === true,
  };
}
