/** The jars of Apache Kafka, fetched by Maven as local/kafka/pom.xml pins them: 46 files, 43 MB, a few seconds. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { JARS_FOLDER } from '../home';
import { type CommandRunner, succeeded } from './command-runner';

const pom = join('local', 'kafka', 'pom.xml');
const fetchMs = { timeoutMs: 10 * 60_000 };

export class KafkaJarsError extends Error {
  override readonly name = 'KafkaJarsError';
}

export function kafkaVersion(): string {
  const version = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([^<]+)</.exec(
    readFileSync(pom, 'utf8'),
  )?.[1];
  if (version === undefined) throw new KafkaJarsError(`${pom} names no version of Kafka`);
  return version;
}

function jarsFolder(): string {
  return join(JARS_FOLDER, kafkaVersion(), 'libs');
}

export function hasKafkaJars(): boolean {
  return existsSync(jarsFolder());
}

/** The folder of the jars. Throws KafkaJarsError. */
export async function fetchKafkaJars(
  runner: CommandRunner,
  maven: string,
  say: (line: string) => void,
): Promise<string> {
  const folder = jarsFolder();
  if (hasKafkaJars()) return folder;
  say(`Fetching Apache Kafka ${kafkaVersion()} (Maven, 43 MB) ...`);
  // Into a folder of this process, then in one move: a broken or second fetch never leaves half a class path.
  const fetched = `${folder}.${process.pid}`;
  mkdirSync(fetched, { recursive: true });
  try {
    const goal = [
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${join(process.cwd(), fetched)}`,
    ];
    const outcome = await runner.run(maven, ['-q', '-B', '-f', pom, ...goal], fetchMs);
    if (!succeeded(outcome)) throw new KafkaJarsError(`Maven could not fetch Kafka: ${describe(outcome)}`);
    if (!hasKafkaJars()) renameSync(fetched, folder);
  } finally {
    rmSync(fetched, { recursive: true, force: true });
  }
  return folder;
}

function describe(outcome: Awaited<ReturnType<CommandRunner['run']>>): string {
  if (outcome.kind !== 'ended')
    return outcome.kind === 'missing' ? 'mvn is missing' : 'no answer in ten minutes';
  const lines = `${outcome.stdout}\n${outcome.stderr}`.split('\n');
  return lines.find((line) => line.includes('ERROR')) ?? `exit code ${outcome.exitCode}`;
}
