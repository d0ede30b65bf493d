/**
 * What is shipped is made here, with esbuild: programs for containers, handlers for Lambda, the page for both. Everything is
 * synchronous, because CDK constructs are, and runs from the project's root. run.mjs bundles by itself what it starts:
 * it has to work before there are packages.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, extname, join } from 'node:path';
import { minifySync } from '@swc/core';
import { type BuildOptions, buildSync } from 'esbuild';

const trackerFolder = join('web', 'tracker');

const shared = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  loader: { '.lua': 'text', '.html': 'text' },
  logLevel: 'error',
  legalComments: 'none',
} satisfies BuildOptions;

/** A program with all its packages in one file: `node outfile` needs nothing else. */
export function bundleProgram(options: { readonly entry: string; readonly outfile: string }): void {
  buildSync({
    ...shared,
    entryPoints: [options.entry],
    outfile: options.outfile,
    sourcemap: true,
    sourcesContent: false,
    // esbuild and the CDK find files of their own beside themselves: programs that use them are run by run.mjs.
    external: ['esbuild', '@swc/core', 'aws-cdk-lib', 'constructs'],
  });
}

/**
 * `lambdas/<name>/handler.ts` -> `outdir/index.js`, as a Lambda asset. The runtime has the AWS SDK. The same sources give the
 * same bytes, so an unchanged handler is not deployed again. The dashboard has the page beside it, in `outdir/web`.
 */
export function bundleHandler(name: string, outdir: string): void {
  buildSync({
    ...shared,
    entryPoints: [join('lambdas', name, 'handler.ts')],
    outfile: join(outdir, 'index.js'),
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    // The runtime has every client of the SDK, but not each of the small packages that some libraries still ask for.
    external: ['@aws-sdk/client-*'],
    // `import()` in CommonJS would look for the SDK where an ES module does, and not where the runtime keeps it.
    supported: { 'dynamic-import': false },
  });
  if (name === 'dashboard') bundleWeb(join(outdir, 'web'));
}

/**
 * The page: `web/index.html` with its script and style under names that carry their content's digest, so that they may be
 * cached for ever. In index.html they are called `main.js` and `style.css`. `login.js` is a module that the page loads where there is a
 * sign-in (lambdas/dashboard/page-files.ts names it). Files of other types are copied as they are.
 */
export function bundleWeb(outdir: string): void {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  let page = readFileSync('web/index.html', 'utf8');
  for (const [entry, name, format] of [
    ['web/main.ts', 'main.js', 'iife'],
    ['web/style.css', 'style.css', 'iife'],
    ['web/login.ts', 'login.js', 'esm'],
  ] as const) {
    if (!existsSync(entry)) continue;
    const content = bundleAsset(entry, name, format);
    const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
    const named = `${basename(name, extname(name))}.${digest}${extname(name)}`;
    writeFileSync(join(outdir, named), content);
    page = page.replaceAll(name, named);
  }
  writeFileSync(join(outdir, 'index.html'), page);
  for (const file of readdirSync('web')) {
    if (/\.(svg|png|ico|webmanifest|txt|woff2)$/.test(file))
      copyFileSync(join('web', file), join(outdir, file));
  }
}

function bundleAsset(entry: string, name: string, format: 'iife' | 'esm'): Uint8Array {
  const result = buildSync({
    entryPoints: [entry],
    outfile: name,
    write: false,
    bundle: true,
    minify: true,
    platform: 'browser',
    format,
    target: 'es2022',
    logLevel: 'error',
    legalComments: 'none',
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return output.contents;
}

/**
 * The tracker as a package: `tracker.js` for a script tag, `index.js` for `import`, and its types. swc shortens it after esbuild, by
 * 9 % of what a visitor loads: it folds constants and functions that are used once, which esbuild does within one file alone.
 */
export function bundleTracker(outdir: string): void {
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, 'tracker.js'), trackerCode('script.ts'));
  writeFileSync(join(outdir, 'index.js'), trackerCode('index.ts'));
  const types = readFileSync(join(trackerFolder, 'types.ts'), 'utf8');
  const values = ['init: Init', 'track: Track', 'page: Page', 'notFound: NotFound'];
  const declared = values.map((value) => `export declare const ${value};\n`);
  writeFileSync(join(outdir, 'index.d.ts'), `${types}\n${declared.join('')}`);
  copyFileSync(join(trackerFolder, 'package.json'), join(outdir, 'package.json'));
}

/** The demo site beside the tracker, in `outdir/demo`: `writeKey` is its site's, `pageUrl` where the numbers are. */
export function bundleDemo(
  outdir: string,
  { writeKey, pageUrl }: Readonly<Record<'writeKey' | 'pageUrl', string>>,
): void {
  const folder = join('web', 'demo');
  const target = join(outdir, 'demo');
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8');
    writeFileSync(join(target, name), text.replaceAll('WRITE_KEY', writeKey).replaceAll('PAGE_URL', pageUrl));
  }
}

function trackerCode(entry: 'script.ts' | 'index.ts'): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(trackerFolder, entry)],
    write: false,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    // Browsers of 2020 and later.
    target: 'es2020',
    logLevel: 'error',
    legalComments: 'none',
  });
  const isModule = entry === 'index.ts';
  const { code } = minifySync(outputFiles[0]?.text ?? '', {
    module: true,
    ecma: 2020,
    compress: { passes: 3 },
    mangle: true,
  });
  // A script's names are the page's, too.
  return isModule ? code : `(()=>{${code}})();\n`;
}
