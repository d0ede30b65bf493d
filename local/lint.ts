/** `npm run lint`: formatter and linter, then the type checker. Arguments go to Biome, for instance `-- --write`. */
import { runTools } from './tools';

process.exitCode = runTools([
  ['@biomejs/biome/bin/biome', 'check', '.', ...process.argv.slice(2)],
  ['typescript/bin/tsc', '-p', '.'],
]);
