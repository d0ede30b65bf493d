/** The programs of this machine that local services need: how each is found, and what to install where it is missing. */
import { type CommandRunner, succeeded } from './command-runner';

export type ToolName = 'java' | 'maven' | 'redis' | 'chromium';

export interface Tool {
  /** What is missing, as a person reads it. */
  readonly title: string;
  /** Debian packages that bring it, the first that the machine's Debian has is installed. */
  readonly aptPackages: readonly string[];
  readonly brew: string;
  /** What makes the tool unnecessary. */
  readonly otherwise: string;
  /** The command to start it with; undefined: missing or too old. */
  readonly find: (runner: CommandRunner) => Promise<string | undefined>;
}

const javaMajorMin = 17;
const askMs = { timeoutMs: 15_000 };

async function findFirst(runner: CommandRunner, commands: readonly string[]): Promise<string | undefined> {
  for (const command of commands) {
    if (succeeded(await runner.run(command, ['--version'], askMs))) return command;
  }
  return undefined;
}

/** `openjdk version "17.0.15"`, `java version "1.8.0_401"`: the number before the first dot, where that is not 1. */
export function javaMajor(versionText: string): number | undefined {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(versionText) ?? [];
  if (first === undefined) return undefined;
  return first === '1' ? Number(second) : Number(first);
}

async function findJava(runner: CommandRunner): Promise<string | undefined> {
  const home = process.env.JAVA_HOME;
  for (const command of home ? [`${home}/bin/java`, 'java'] : ['java']) {
    const outcome = await runner.run(command, ['-version'], askMs);
    if (succeeded(outcome) && (javaMajor(outcome.stderr + outcome.stdout) ?? 0) >= javaMajorMin)
      return command;
  }
  return undefined;
}

const ownKafka =
  'set KAFKA_BROKERS to a Kafka of yours, or start the one of docker-compose.yml: docker compose up -d kafka';
const ownRedis =
  'set REDIS_URL to a Redis of yours, or start the one of docker-compose.yml: docker compose up -d redis';

export const TOOLS: Readonly<Record<ToolName, Tool>> = {
  java: {
    title: `Java ${javaMajorMin} or newer (runs Kafka)`,
    aptPackages: ['openjdk-17-jre-headless', 'openjdk-21-jre-headless', 'default-jre-headless'],
    brew: 'openjdk@17',
    otherwise: ownKafka,
    find: findJava,
  },
  maven: {
    title: 'Maven (fetches Kafka)',
    aptPackages: ['maven'],
    brew: 'maven',
    otherwise: ownKafka,
    find: (runner) => findFirst(runner, ['mvn']),
  },
  redis: {
    title: 'Redis or Valkey',
    aptPackages: ['redis-server', 'valkey-server'],
    brew: 'redis',
    otherwise: ownRedis,
    find: (runner) => findFirst(runner, ['redis-server', 'valkey-server']),
  },
  chromium: {
    title: 'Chromium (tests of the page)',
    aptPackages: ['chromium', 'chromium-browser'],
    brew: '--cask chromium',
    otherwise: 'set CHROMIUM to the path of a Chromium or Chrome',
    find: (runner) =>
      findFirst(runner, [
        ...(process.env.CHROMIUM ? [process.env.CHROMIUM] : []),
        'chromium',
        'chromium-browser',
        'google-chrome',
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      ]),
  },
};
