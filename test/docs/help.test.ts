/** Each npm command says what it does, and does nothing else then. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const commands = Object.entries(scripts).map(([name, line]) => {
  return { command: ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`, line };
});

test.each(commands)('$command --help', ({ command, line }) => {
  const [program, ...args] = line.split(' ');
  expect(program).toBe('node');

  const said = execFileSync(process.execPath, [...args, '--help'], { cwd: root, encoding: 'utf8' });

  expect(said.split('\n')[0]).toMatch(new RegExp(`^${command}( \\[--|$)`));
  expect(said).toMatch(/^ {2}--help /m);
});
