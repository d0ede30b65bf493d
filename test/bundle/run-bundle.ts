/**
 * Runs a handler as Lambda does: the bundle alone in a folder, without this repository's packages, required as CommonJS and
 * called in a process of its own. What only AWS has is stood in for by modules of the same name on NODE_PATH, which is
 * where the runtime keeps its SDK.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleHandler } from '../../bundle';
import type { DeployedFunction } from './cdk-out';
import { lambdaNode } from './lambda-node';

export interface BundledHandler {
  readonly folder: string;
  /** `sdk`: source of each `@aws-sdk/client-*` that the handler may ask for. */
  readonly call: (event: unknown, environment: Readonly<Record<string, string>>, sdk?: Sdk) => Outcome;
  readonly remove: () => void;
}

export type Sdk = Readonly<Record<string, string>>;
export type Outcome = { readonly answer: unknown } | { readonly error: string };

const caller = `

  const { handler } = require('./index.js');

  let text = '';
  process.stdin.on('data', (chunk) => { text += chunk; });
  process.stdin.on('end', () => handler(JSON.parse(text)).then(
    (answer) => ({ answer: answer ?? null }),
    (error) => ({ error: error.name + ': ' + error.message }),
  ).then((outcome) => {
    require('node:fs').writeFileSync('outcome.json', JSON.stringify(outcome));
    process.exit(0);
  }));
`;
const timeoutMs = 20_000;

export function bundled(name: string): BundledHandler {
  const folder = mkdtempSync(join(tmpdir(), `clickstream-${name}-`));
  bundleHandler(name, folder);
  return runnable(folder, process.execPath);
}

/** `asset`: of cdk.out. Runs with the Node of its runtime. */
export function deployed(asset: DeployedFunction): BundledHandler {
  const folder = mkdtempSync(join(tmpdir(), 'clickstream-deployed-'));
  asset.copyTo(folder);
  return runnable(folder, lambdaNode(asset.runtime));
}

function runnable(folder: string, node: string): BundledHandler {
  writeFileSync(join(folder, 'call.cjs'), caller);
  return {
    folder,
    call: (event, environment, sdk = {}) => {
      rmSync(join(folder, 'outcome.json'), { force: true });
      const { stderr, status } = spawnSync(node, ['call.cjs'], {
        cwd: folder,
        input: JSON.stringify(event),
        env: { PATH: process.env.PATH, NODE_PATH: standIns(folder, sdk), ...environment },
        encoding: 'utf8',
        timeout: timeoutMs,
      });
      if (status !== 0) throw new Error(`the bundle in ${folder} ended with ${status}: ${stderr}`);
      return JSON.parse(readFileSync(join(folder, 'outcome.json'), 'utf8')) as Outcome;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function standIns(folder: string, sdk: Sdk): string {
  const runtime = join(folder, 'runtime');
  for (const [name, source] of Object.entries(sdk)) {
    const home = join(runtime, '@aws-sdk', name);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'index.js'), source);
  }
  return runtime;
}
