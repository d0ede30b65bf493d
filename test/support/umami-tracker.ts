/**
 * Umami's script for browsers, as npm package `umami` 2.10.0 holds it. The package is a whole Next.js application, and no dependency
 * for one file: its archive is fetched once, and held to the digest that the registry has published for it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const version = '2.10.0';
const integrity =
  'sha512-+lmrnV0751R6U2rkIgVAlE1nWI7yZawlMlJDguW9tlFacCKhnGeCyc7tCMIhNNYIiGIQy4DEX5IzJhm4b3+dPA==';
const folder = join('.clickstream', 'tools');
const archive = join(folder, `umami-${version}.tgz`);

function isWhole(file: string): boolean {
  if (!existsSync(file)) return false;
  return `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}` === integrity;
}

/** Throws where the archive cannot be had, or is another. */
export function umamiTracker(): string {
  if (!isWhole(archive)) {
    // In a folder of its own first: a second test run may be fetching, too.
    const fetched = join(folder, `fetch-${process.pid}`);
    mkdirSync(fetched, { recursive: true });
    execFileSync('npm', ['pack', `umami@${version}`, '--silent', '--pack-destination', fetched]);
    renameSync(join(fetched, `umami-${version}.tgz`), archive);
    rmSync(fetched, { recursive: true });
  }
  if (!isWhole(archive)) throw new Error(`${archive} is not the archive that was published: ${integrity}`);
  return execFileSync('tar', ['-xzOf', archive, 'package/src/tracker/index.js'], { encoding: 'utf8' });
}
