/** The tracker as it is shipped: small, a package that can be imported anywhere, and typed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleTracker } from '../../bundle';

/** What the smallest tracker that we know of weighs, GoatCounter's, is 2,202 bytes. */
const gzipBytesMax = 2_200;

let folder: string;
let app: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clickstream-package-'));
  app = join(folder, 'app');
  const installed = join(folder, 'clickstream-tracker');
  bundleTracker(installed);
  // As `npm install <folder>` does it.
  mkdirSync(join(app, 'node_modules'), { recursive: true });
  symlinkSync(installed, join(app, 'node_modules', 'clickstream-tracker'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the script weighs at most 2.2 KB gzipped, and says neither eval nor innerHTML', () => {
  const script = readFileSync(join(folder, 'clickstream-tracker', 'tracker.js'));

  expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(gzipBytesMax);
  expect(script.toString()).not.toMatch(/\beval\b|Function\(|innerHTML|document\.write|cookie/);
});

test('without a page, as a server renders, importing and calling it does nothing', () => {
  writeFileSync(
    join(app, 'server.mjs'),
    `import { init, notFound, page, track } from 'clickstream-tracker';
     init({ writeKey: 'k', api: 'http://clicks.example/' }); page(); track('x', { n: 1 }); notFound();
     console.log('rendered');`,
  );

  expect(execFileSync(process.execPath, [join(app, 'server.mjs')], { encoding: 'utf8' })).toBe('rendered\n');
});

test('its types take what is documented and refuse what is not', () => {
  const calls = [
    `init({ writeKey: 'k', api: 'https://clicks.example/api/v1/events', on: 'hash', off: 'forms' });`,
    `track('order', { plan: 'team', seats: 3, paid: true }, { revenue: { amount: '19.99', currency: 'EUR' } });`,
    `init({ writeKey: 'k' });`,
    `track('order', { when: new Date() });`,
  ];
  writeFileSync(
    join(app, 'typed.ts'),
    [`import { init, page, track } from 'clickstream-tracker';`, ...calls, 'page();'].join('\n'),
  );
  const compilerOptions = { noEmit: true, strict: true, module: 'preserve', lib: ['es2022'], types: [] };
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }));

  const { stdout } = spawnSync(process.execPath, [resolve('node_modules/typescript/bin/tsc')], {
    cwd: app,
    encoding: 'utf8',
  });

  const lines = Array.from(stdout.matchAll(/typed\.ts\((\d+),/g), (match) => Number(match[1]));
  expect(lines).toEqual([4, 5]);
});
