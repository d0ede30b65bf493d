/** House rules that no linter knows. Each message says what to do instead. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const code = /\.(ts|mts|mjs|cjs|lua|css|html)$/;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));

const sources = files.filter((file) => code.test(file) && !/(^|\/)(fixtures|__snapshots__)\//.test(file));
const shipped = sources.filter((file) => !file.startsWith('test/') && !file.startsWith('bench/'));

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Code without comments, so that prose may name what code may not. */
function withoutComments(file: string): string {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/(^|\s)--.*$/gm, file.endsWith('.lua') ? '' : '$&');
}

function offenders(candidates: readonly string[], pattern: RegExp): string[] {
  return candidates.filter((file) => pattern.test(withoutComments(file)));
}

test('no file is longer than 300 lines: split it by idea', () => {
  expect(sources.filter((file) => read(file).split('\n').length > 301)).toEqual([]);
});

test('core reads no clock, no environment and no randomness: take it as a parameter', () => {
  const core = shipped.filter((file) => file.startsWith('pipeline/core/'));
  expect(core.length).toBeGreaterThan(10);
  expect(offenders(core, /Date\.now|new Date\(\)|Math\.random|process\.|performance\./)).toEqual([]);
});

test('pipeline reads no environment by itself: it is handed one', () => {
  const pipeline = shipped.filter((file) => file.startsWith('pipeline/'));
  expect(offenders(pipeline, /process\.env/)).toEqual([]);
});

test('nothing is left for later, switched off or taken on trust', () => {
  const self = 'test/tidy/tidy.test.ts';
  const marks = /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-expect-error|biome-ignore-all/;
  expect(sources.filter((file) => file !== self && marks.test(read(file)))).toEqual([]);
  const typescript = sources.filter((file) => file !== self && file.endsWith('.ts'));
  expect(offenders(typescript, /\bas any\b|: any\b|as unknown as any/)).toEqual([]);
});

test('a file is named by its idea', () => {
  expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|manager)(\.|\/)/.test(file))).toEqual([]);
});

test('exports have names', () => {
  expect(
    offenders(
      shipped.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
      /export default/,
    ),
  ).toEqual([]);
});

test('every module is imported, bundled or run by something', () => {
  const modules = shipped.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  const everything = [...sources, 'package.json', 'cdk.json', 'Dockerfile', 'docker-compose.yml']
    .filter((file) => existsSync(join(root, file)))
    .map((file) => ({ file, text: read(file) }));
  const dead = modules.filter((file) => {
    const stem = file.replace(/\.ts$/, '');
    const name = stem.split('/').pop() as string;
    const handler = /^lambdas\/([^/]+)\/handler$/.exec(stem)?.[1];
    return !everything.some(
      ({ file: other, text }) =>
        other !== file &&
        (new RegExp(`['"./]${name}['"]`).test(text) ||
          text.includes(stem) ||
          (handler !== undefined && text.includes(`'${handler}'`))),
    );
  });
  expect(dead).toEqual([]);
});

test('the lock file holds no address of a registry', () => {
  expect(/"resolved": *"https?:/.test(read('package-lock.json'))).toBe(false);
});
