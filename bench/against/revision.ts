/** Another revision of this project, laid out beside it so that its bench can run: a worktree of git's, removed again in the end. */
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commandRunner, succeeded } from '../../local/services/command-runner';
import { BenchError } from '../benchmark';

export interface Revision {
  /** As it was asked for, `main`. */
  readonly asked: string;
  /** Short name of the commit. */
  readonly commit: string;
  readonly folder: string;
  remove(): Promise<void>;
}

const parentFolder = join('.clickstream', 'against');
/** Programs and jars of the same versions are not fetched again. */
const sharedJars = join('.clickstream', 'kafka');
const gitMs = { timeoutMs: 120_000 };

async function git(...args: readonly string[]): Promise<string> {
  const outcome = await commandRunner.run('git', args, gitMs);
  if (succeeded(outcome)) return outcome.stdout.trim();
  const why = outcome.kind === 'ended' ? outcome.stderr.trim().split('\n')[0] : outcome.kind;
  throw new BenchError(`git ${args.join(' ')}: ${why}`);
}

function hasSamePackages(folder: string): boolean {
  const lock = 'package-lock.json';
  const other = join(folder, lock);
  return existsSync(other) && readFileSync(lock, 'utf8') === readFileSync(other, 'utf8');
}

/** Throws BenchError where git knows no such revision. */
export async function layOut(asked: string): Promise<Revision> {
  const commit = await git('rev-parse', '--short', '--verify', '--end-of-options', `${asked}^{commit}`);
  const folder = resolve(parentFolder, commit);
  const remove = async (): Promise<void> => {
    // Links first: what they lead to is not the worktree's.
    for (const link of ['node_modules', sharedJars])
      rmSync(join(folder, link), { force: true, recursive: true });
    rmSync(folder, { recursive: true, force: true });
    await git('worktree', 'prune');
  };
  // What a killed run has left.
  await remove();
  mkdirSync(resolve(parentFolder), { recursive: true });
  await git('worktree', 'add', '--detach', folder, commit);
  // Else its own run.mjs installs what its lock file asks for, there.
  if (hasSamePackages(folder)) symlinkSync(realpathSync('node_modules'), join(folder, 'node_modules'));
  if (existsSync(sharedJars)) {
    mkdirSync(join(folder, '.clickstream'), { recursive: true });
    symlinkSync(realpathSync(sharedJars), join(folder, sharedJars));
  }
  return { asked, commit, folder, remove };
}
