/**
 * What the rehearsal brings along by itself: the emulator in a Python environment of its own, and the AWS SDK that Lambda's runtime has and
 * this machine has not. Both are kept in the rehearsal's folder, and made anew when a version changes.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandRunner, succeeded } from '../local/services/command-runner';
import { RehearsalError } from './rehearsal-error';

/**
 * https://pypi.org/project/ministack/ (MIT): launcher.py reaches into this very version. Without cryptography it signs no tokens, and nobody
 * could sign in.
 */
const emulator = ['ministack==1.5.33', 'cryptography==50.0.2'];
const sdkVersion = '3.1164.0';
/** What our functions and the CDK's own ask the runtime for; `sts` by the signer of MSK's tokens. */
const sdkClients = ['kafka', 'lambda', 'secrets-manager', 'sfn', 'sts'] as const;
const pythonMinorMin = 10;
const installMs = { timeoutMs: 10 * 60_000 };
const askMs = { timeoutMs: 30_000 };

export interface Tools {
  readonly python: string;
  /** For NODE_PATH of the functions. */
  readonly sdkFolder: string;
}

/** One line for each tool that is missing; empty where all are there. */
export async function missingTools(runner: CommandRunner): Promise<string[]> {
  const missing: string[] = [];
  const version = await runner.run('python3', ['--version'], askMs);
  const minor = succeeded(version) ? Number(/Python 3\.(\d+)/.exec(version.stdout)?.[1] ?? 0) : 0;
  if (minor < pythonMinorMin) {
    missing.push(
      `Python 3.${pythonMinorMin} or newer is missing (runs the emulator). Debian: apt install python3 python3-venv; macOS: brew install python`,
    );
  } else if (!succeeded(await runner.run('python3', ['-c', 'import venv, ensurepip'], askMs))) {
    missing.push("Python's venv is missing. Debian: apt install python3-venv");
  }
  if (!succeeded(await runner.run('openssl', ['version'], askMs))) {
    missing.push(
      'openssl is missing (makes a certificate). Debian: apt install openssl; macOS: brew install openssl',
    );
  }
  return missing;
}

/** Runs `make` in an empty folder, unless it was made for the same `content` before. */
async function once(folder: string, content: string, make: () => Promise<void>): Promise<void> {
  const marker = join(folder, 'made-of');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === content) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await make();
  writeFileSync(marker, content);
}

async function run(runner: CommandRunner, command: string, args: readonly string[]): Promise<void> {
  const outcome = await runner.run(command, args, installMs);
  if (succeeded(outcome)) return;
  const said = outcome.kind === 'ended' ? outcome.stderr || outcome.stdout : outcome.kind;
  throw new RehearsalError(
    `${command} ${args.slice(0, 2).join(' ')} failed: ${said.trim().split('\n').at(-1)}`,
  );
}

/** Throws RehearsalError, with a line for each tool that is missing. */
export async function provideTools(
  runner: CommandRunner,
  folder: string,
  say: (line: string) => void,
): Promise<Tools> {
  const missing = await missingTools(runner);
  if (missing.length > 0) throw new RehearsalError(missing.join('\n'));
  const [environment, sdk] = [join(folder, 'python'), join(folder, 'sdk')];
  const python = join(environment, 'bin', 'python');
  await once(environment, emulator.join(' '), async () => {
    say(`Installing ${emulator[0]} into ${environment} ...`);
    await run(runner, 'python3', ['-m', 'venv', environment]);
    await run(runner, python, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      ...emulator,
    ]);
  });
  const packages = sdkClients.map((client) => `@aws-sdk/client-${client}@${sdkVersion}`);
  await once(sdk, packages.join(' '), async () => {
    say(`Installing ${packages.length} clients of the AWS SDK into ${sdk} ...`);
    writeFileSync(join(sdk, 'package.json'), '{ "private": true }\n');
    await run(runner, 'npm', [
      'install',
      '--prefix',
      sdk,
      '--no-audit',
      '--no-fund',
      '--save-exact',
      ...packages,
    ]);
  });
  return { python, sdkFolder: join(sdk, 'node_modules') };
}
