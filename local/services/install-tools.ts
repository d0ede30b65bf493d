/**
 * Finds the tools that a run needs and installs those that are missing, where that can be done without asking: on a
 * Debian-like system, as root. Elsewhere it stops with one line for each missing thing.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { type CommandOutcome, type CommandRunner, succeeded } from './command-runner';
import { TOOLS, type ToolName } from './tools';

/** The message has one line for each missing tool. */
export class MissingToolsError extends Error {
  override readonly name = 'MissingToolsError';
}

export interface Machine {
  readonly runner: CommandRunner;
  /** May install packages with apt: a Debian-like system, as root. */
  readonly mayUseApt: boolean;
  readonly say: (line: string) => void;
}

export function canUseApt(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

const aptMs = { timeoutMs: 10 * 60_000, env: { DEBIAN_FRONTEND: 'noninteractive' } };

/** Another apt may be at work, that of a second run perhaps: it is waited for, up to ten minutes. */
const waitForApt = ['-o', 'DPkg::Lock::Timeout=600'];
const installArguments = [...waitForApt, 'install', '-y', '-qq', '--no-install-recommends'];

function describeFailure(outcome: CommandOutcome): string {
  if (outcome.kind !== 'ended') return outcome.kind === 'missing' ? 'it is missing' : 'no end in ten minutes';
  const lines = `${outcome.stderr}\n${outcome.stdout}`.split('\n');
  return lines.find((line) => line.startsWith('E: ')) ?? `exit code ${outcome.exitCode}`;
}

/** Asked by Debian's package scripts before they start a service; 101 says no. */
const policyFile = '/usr/sbin/policy-rc.d';

async function withoutStartingServices<T>(work: () => Promise<T>): Promise<T> {
  if (existsSync(policyFile)) return work();
  writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    rmSync(policyFile, { force: true });
  }
}

async function firstAvailable(
  runner: CommandRunner,
  packages: readonly string[],
): Promise<string | undefined> {
  for (const name of packages) {
    const outcome = await runner.run('apt-cache', ['show', '--no-all-versions', name], aptMs);
    if (succeeded(outcome) && outcome.stdout.includes('Package:')) return name;
  }
  return undefined;
}

async function installWithApt(machine: Machine, names: readonly ToolName[]): Promise<void> {
  const { runner } = machine;
  await runner.run('apt-get', ['update', '-qq'], aptMs);
  const packages: string[] = [];
  for (const name of names) {
    const found = await firstAvailable(runner, TOOLS[name].aptPackages);
    if (found !== undefined) packages.push(found);
  }
  if (packages.length === 0) return;
  machine.say(`Installing with apt: ${packages.join(' ')} ...`);
  const outcome = await withoutStartingServices(() =>
    runner.run('apt-get', [...installArguments, ...packages], aptMs),
  );
  if (!succeeded(outcome)) machine.say(`apt: ${describeFailure(outcome)}`);
  // Debian enables a service that it installs: without this, its Redis would run from the next boot on.
  for (const service of packages.filter((name) => /redis|valkey/.test(name))) {
    await runner.run('systemctl', ['disable', '--now', service], { timeoutMs: 15_000 });
  }
}

function describeMissing(name: ToolName): string {
  const { title, aptPackages, brew, otherwise } = TOOLS[name];
  return `${title} is missing. Debian: apt install ${aptPackages[0]}; macOS: brew install ${brew}; or ${otherwise}`;
}

/** Commands of the tools, by name. Throws MissingToolsError. */
export async function ensureTools(
  machine: Machine,
  names: readonly ToolName[],
): Promise<ReadonlyMap<ToolName, string>> {
  const found = await findTools(machine.runner, names);
  const missing = names.filter((name) => !found.has(name));
  if (missing.length === 0) return found;
  if (machine.mayUseApt) await installWithApt(machine, missing);
  for (const [name, command] of await findTools(machine.runner, missing)) found.set(name, command);
  const stillMissing = names.filter((name) => !found.has(name));
  if (stillMissing.length > 0) throw new MissingToolsError(stillMissing.map(describeMissing).join('\n'));
  return found;
}

async function findTools(runner: CommandRunner, names: readonly ToolName[]): Promise<Map<ToolName, string>> {
  const found = new Map<ToolName, string>();
  await Promise.all(
    names.map(async (name) => {
      const command = await TOOLS[name].find(runner);
      if (command !== undefined) found.set(name, command);
    }),
  );
  return found;
}
