/** Starts the issuer of oidc-issuer.ts, bundled, in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { findFreePort } from '../../local/services/ports';

export interface LocalIssuer {
  readonly issuer: string;
  stop(): Promise<void>;
}

export interface LocalIssuerOptions {
  readonly clientId: string;
  /** Address of the page: where people are sent back to. */
  readonly home: string;
  readonly tokenSeconds: number;
  readonly port?: number;
}

export async function startIssuer(options: LocalIssuerOptions): Promise<LocalIssuer> {
  const folder = mkdtempSync(join(tmpdir(), 'clickstream-issuer-'));
  const program = join(folder, 'issuer.mjs');
  buildSync({
    entryPoints: ['test/support/oidc-issuer.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    // Some of its packages are CommonJS and ask for Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const port = options.port ?? (await findFreePort());
  const child = fork(program, [String(port), options.clientId, options.home, String(options.tokenSeconds)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('the issuer did not start'))),
  ]);
  return {
    issuer: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
