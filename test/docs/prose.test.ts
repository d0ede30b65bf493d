/** Prose does not drift: what documents name exists. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SETTING } from '../../pipeline/settings';

const root = join(__dirname, '../..');
const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));

const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
    .scripts,
);

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function missing(pattern: RegExp, exists: (name: string, file: string) => boolean): string[] {
  return documents.flatMap((file) =>
    Array.from(read(file).matchAll(pattern), (match) => match[1] as string)
      .filter((name) => !exists(name, file))
      .map((name) => `${file}: ${name}`),
  );
}

test('every npm command that is named can be run', () => {
  expect(
    missing(/npm (?:run )?([a-z][a-z:-]*)/g, (name) => ['ci', 'install', 'i', ...scripts].includes(name)),
  ).toEqual([]);
});

test('every path that is named is there', () => {
  const path =
    /`((?:bin|lib|lambdas|pipeline|producer|audit|web|local|test|docs|bench|faults|cost|enrich|collector)\/[A-Za-z0-9_./-]*)`/g;
  expect(missing(path, (name) => existsSync(join(root, name)))).toEqual([]);
});

test('every link between documents leads somewhere', () => {
  const link = /\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g;
  expect(missing(link, (name, file) => existsSync(join(root, dirname(file), name)))).toEqual([]);
});

test('every setting of the pipeline is explained in docs/settings.md, and no other', () => {
  const named = Array.from(read('docs/settings.md').matchAll(/^\| `([A-Z_]+)` \|/gm), (match) => match[1]);
  expect(named.sort()).toEqual(Object.keys(SETTING).sort());
});

test('the README is short enough to be read', () => {
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(200);
});
