/** All mutants. To add one, add a row to one of the lists. */
import { brokenCommits } from './broken-commits';
import { brokenCounts } from './broken-counts';
import { brokenWindows } from './broken-windows';
import type { Mutant } from './mutant';

export const MUTANTS: readonly Mutant[] = [...brokenCommits, ...brokenWindows, ...brokenCounts];
