/**
 * The Node that Lambda runs handlers with, by the major that the templates name: this one where it fits, else npm's build of it,
 * which is fetched into .clickstream/ when it is first asked for (40 MB). LAMBDA_NODE names another.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Pinned, so that a run tomorrow tests what one today does. */
const VERSIONS: Readonly<Record<string, string>> = { '22': '22.23.3', '24': '24.21.0' };

/** `runtime`: as in a template, `nodejs22.x`. Returns the path of an executable. */
export function lambdaNode(runtime: string): string {
  const [, major = ''] = /^nodejs(\d+)\.x$/.exec(runtime) ?? [];
  if (process.env.LAMBDA_NODE) return process.env.LAMBDA_NODE;
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  const version = VERSIONS[major];
  if (version === undefined) throw new Error(`no Node is pinned for ${runtime}: add one to VERSIONS`);
  const name = `node-${process.platform}-${process.arch}`;
  const folder = resolve('.clickstream', `node-${version}`);
  const executable = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(executable)) return executable;
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
  const { status, stderr } = spawnSync('npm', ['install', ...options, `${name}@${version}`], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(`npm cannot fetch ${name}@${version}; LAMBDA_NODE may name a Node ${major}: ${stderr}`);
  }
  return executable;
}
