/**
 * A synthesis takes a second, and test files ask for the same ones. Templates follow from lib/, cdk.json and what was asked for
 * alone, so the first to ask leaves them in .clickstream/synthesized/, named by a digest of all that, for whoever asks next.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const folder = join(root, '.clickstream', 'synthesized');
const sources = ['cdk.json', 'package-lock.json', 'pipeline/settings.ts', 'test/lib/synthesized.ts', 'lib'];

function sourceDigest(): string {
  const digest = createHash('sha256').update(process.version);
  for (const source of sources) {
    const files = source.includes('.')
      ? [source]
      : readdirSync(join(root, source), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts'))
          .sort()
          .map((name) => join(source, name));
    for (const file of files) digest.update(file).update(readFileSync(join(root, file)));
  }
  return digest.digest('hex').slice(0, 16);
}

let known: string | undefined;

/** What `make` answers, which must be JSON. What it throws is thrown each time anew. */
export function remembered<Answer>(question: object, make: () => Answer): Answer {
  known ??= sourceDigest();
  const name = createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 16);
  const file = join(folder, known, `${name}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Answer;
  const answer = make();
  keep(file, JSON.stringify(answer), known);
  return answer;
}

/** Written aside and renamed: another test process may be reading. What other sources gave is not asked for again. */
function keep(file: string, text: string, digest: string): void {
  mkdirSync(join(folder, digest), { recursive: true });
  for (const other of readdirSync(folder)) {
    if (other !== digest) rmSync(join(folder, other), { recursive: true, force: true });
  }
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}
