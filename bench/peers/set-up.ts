/**
 * Gets the peers ready, each by its own package manager, once: Python's packages into a venv by pip, the Java programs and their jars
 * by Maven. What is made lies under .clickstream/peers, and is made anew when its sources or versions change.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commandPath } from '../../local/services/command-path';
import { type CommandOutcome, commandRunner, succeeded } from '../../local/services/command-runner';
import { canUseApt, ensureTools } from '../../local/services/install-tools';
import type { ToolName } from '../../local/services/tools';
import { BenchError } from '../benchmark';

const sourcesFolder = join('bench', 'peers');
const builtFolder = join('.clickstream', 'peers');
const setUpMs = { timeoutMs: 15 * 60_000 };

function digestOf(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const file of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    hash.update(`${file}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function describe(outcome: CommandOutcome): string {
  if (outcome.kind === 'missing') return 'it is missing';
  if (outcome.kind === 'timed_out') return `no end in ${setUpMs.timeoutMs / 60_000} minutes`;
  const lines = `${outcome.stdout}\n${outcome.stderr}`.split('\n');
  return lines.find((line) => /error/i.test(line)) ?? `exit code ${outcome.exitCode}`;
}

/** As the sources of a contestant pin them: what a package manager is asked for. */
export function peerVersions(): readonly string[] {
  const requirements = readFileSync(join(sourcesFolder, 'python', 'requirements.txt'), 'utf8');
  const ofJava = ['kafka-streams', 'flink'].map((name) => {
    const pom = readFileSync(join(sourcesFolder, name, 'pom.xml'), 'utf8');
    const [, artifact, version] =
      /<dependency>\s*<groupId>[^<]+<\/groupId>\s*<artifactId>([^<]+)<\/artifactId>\s*<version>([^<]+)</.exec(
        pom,
      ) ?? [];
    return `${artifact} ${version}`;
  });
  return [
    ...requirements
      .trim()
      .split('\n')
      .map((line) => line.replace('==', ' ')),
    ...ofJava,
  ];
}

export class Workshop {
  private readonly tools = new Map<ToolName, string>();

  constructor(private readonly say: (line: string) => void) {}

  /** The interpreter that has the packages of bench/peers/python. Throws BenchError. */
  async python(): Promise<string> {
    const folder = await this.build('python', async (built) => {
      await this.run('python3', ['-m', 'venv', built]);
      const requirements = join(sourcesFolder, 'python', 'requirements.txt');
      await this.run(join(built, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
    });
    return join(folder, 'bin', 'python');
  }

  /** Java's command, and the class path of the program under `bench/peers/<name>`. Throws BenchError. */
  async java(name: string): Promise<{ readonly command: string; readonly classPath: string }> {
    const folder = await this.build(name, async (built) => {
      const goals = [
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${join(built, 'libs')}`,
        'compile',
      ];
      const pom = join(sourcesFolder, name, 'pom.xml');
      await this.run(await this.tool('maven'), ['-q', '-B', '-f', pom, `-Dbuilt=${built}`, ...goals]);
    });
    const classPath = [join(folder, 'classes'), join(folder, 'libs', '*')].join(':');
    return { command: await this.tool('java'), classPath };
  }

  /** The folder of what `make` has made of the sources as they are now. */
  private async build(name: string, make: (built: string) => Promise<void>): Promise<string> {
    const built = resolve(builtFolder, name);
    const stampFile = `${built}.sources`;
    const digest = digestOf(join(sourcesFolder, name));
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest) return built;
    this.say(`peers: setting up ${name} ...`);
    rmSync(stampFile, { force: true });
    rmSync(built, { recursive: true, force: true });
    mkdirSync(resolve(builtFolder), { recursive: true });
    await make(built);
    writeFileSync(stampFile, digest);
    return built;
  }

  private async tool(name: ToolName): Promise<string> {
    let found = this.tools.get(name);
    if (found === undefined) {
      const machine = { runner: commandRunner, mayUseApt: canUseApt(), say: this.say };
      found = commandPath((await ensureTools(machine, [name])).get(name) as string);
      this.tools.set(name, found);
    }
    return found;
  }

  private async run(command: string, args: readonly string[]): Promise<void> {
    const outcome = await commandRunner.run(command, args, setUpMs);
    if (!succeeded(outcome))
      throw new BenchError(`peers: ${command} ${args.join(' ')}: ${describe(outcome)}`);
  }
}
