/** `npm run build`: every program and every handler, as they are shipped, into dist/. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleHandler, bundleProgram, bundleTracker, bundleWeb } from '../bundle';
import { ConfigurationError } from '../pipeline/settings';
import { answerHelp } from './help';

/** Programs that containers run or a person starts; those that only make sense in the sources' folder are not among them. */
const PROGRAMS = [
  'local/processor',
  'local/processor-health-check',
  'local/dashboard',
  'local/audit',
  'local/repair',
  'local/rejects',
  'local/redis-cluster/main',
  'local/redis-cluster/health-check',
  'producer/main',
  'producer/health-check',
];

answerHelp(`npm run build [-- --programs]

Every program of the containers and every handler of Lambda, bundled with its packages, into dist/.

  --programs   only what containers run
  --help       this text`);
const args = process.argv.slice(2);
const isProgramsOnly = args[0] === '--programs';
if (args.length > (isProgramsOnly ? 1 : 0)) {
  throw new ConfigurationError('npm run build', args.join(' '), '--programs | --help');
}
rmSync('dist', { recursive: true, force: true });
for (const program of PROGRAMS) {
  bundleProgram({ entry: `${program}.ts`, outfile: join('dist', `${program}.js`) });
  console.log(`dist/${program}.js`);
}
bundleWeb(join('dist', 'local', 'web'));
bundleTracker(join('dist', 'tracker'));
// For the collector to hand out.
bundleTracker(join('dist', 'producer', 'tracker'));
console.log('dist/tracker');
for (const name of isProgramsOnly ? [] : readdirSync('lambdas')) {
  if (!existsSync(join('lambdas', name, 'handler.ts'))) continue;
  bundleHandler(name, join('dist', 'lambdas', name));
  console.log(`dist/lambdas/${name}/index.js`);
}
