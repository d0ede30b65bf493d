/** `npm run lint`: formatter and linter, then the type checker. Arguments go to Biome, for instance `-- --write`. */
import { answerHelp } from './help';
import { runTools } from './tools';

answerHelp(`npm run lint [-- Biome arguments]

Format and lint rules (Biome, biome.json), then types (tsc). Exit code 1 where anything is found.

  --write   mends what can be mended
  --help    this text`);
process.exitCode = runTools([
  ['@biomejs/biome/bin/biome', 'check', '.', ...process.argv.slice(2)],
  ['typescript/bin/tsc', '-p', '.'],
]);
