/**
 * Kafka and Redis of this project's own Compose services, where they run. Docker is asked; a port that happens to be open is
 * never taken for ours.
 */
import { existsSync } from 'node:fs';
import { type CommandRunner, succeeded } from './command-runner';

export interface ComposeServices {
  readonly kafkaBrokers?: string;
  readonly redisUrl?: string;
}

/** One service of `docker compose ps --format json`, as far as it matters here. */
interface ComposeRow {
  readonly Service?: string;
  readonly State?: string;
  readonly Health?: string;
  readonly Publishers?: readonly { readonly PublishedPort?: number }[] | null;
}

/** Docker may be there without a daemon that answers: then we go on without it. */
const askMs = { timeoutMs: 5_000 };

/** Older versions print one array, newer ones an object a line. */
export function parseComposeRows(text: string): readonly ComposeRow[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  try {
    if (trimmed.startsWith('[')) return JSON.parse(trimmed) as ComposeRow[];
    return trimmed.split('\n').map((line) => JSON.parse(line) as ComposeRow);
  } catch {
    return [];
  }
}

function publishedPort(rows: readonly ComposeRow[], service: string): number | undefined {
  const row = rows.find((candidate) => candidate.Service === service && candidate.State === 'running');
  return row?.Publishers?.find(({ PublishedPort }) => (PublishedPort ?? 0) > 0)?.PublishedPort;
}

export async function findComposeServices(runner: CommandRunner): Promise<ComposeServices> {
  if (!existsSync('docker-compose.yml')) return {};
  const outcome = await runner.run('docker', ['compose', 'ps', '--format', 'json'], askMs);
  if (!succeeded(outcome)) return {};
  const rows = parseComposeRows(outcome.stdout);
  const kafkaPort = publishedPort(rows, 'kafka');
  const redisPort = publishedPort(rows, 'redis');
  return {
    ...(kafkaPort === undefined ? {} : { kafkaBrokers: `127.0.0.1:${kafkaPort}` }),
    ...(redisPort === undefined ? {} : { redisUrl: `redis://127.0.0.1:${redisPort}` }),
  };
}
