/** `npm run replay`: sends a web server's log, or a file of events, to the topic. */
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readSites } from '../pipeline/counting/counting-config';
import { ConfigurationError, type Environment, SETTING } from '../pipeline/settings';
import { kafkaClient, readStreamConfig } from '../pipeline/stream/kafka-client';
import { LOG_FORMATS } from '../producer/replay/log-format';
import { ProgressBar } from '../producer/replay/progress-bar';
import { type ReplayEnd, type ReplayRequest, replayFile } from '../producer/replay/replay';
import type { ReplaySpeed } from '../producer/replay/replay-plan';
import { readVisitorKey } from '../producer/replay/visitor-key';
import { readHome } from './home';
import { runCommand } from './run-command';
import { openServices } from './services/open-services';

const speedMax = 1_000_000;
const keyCharsMin = 16;
const hostPattern = /^[A-Za-z0-9.-]{1,253}$/;

const help = `npm run replay [-- FILE --speed X --shift now --site S --host H --key K]

Sends an Apache or nginx combined log, a CloudFront log, or events as NDJSON (docs/replay.md), packed with gzip or not, to the topic;
then prints how many lines became what, or were skipped and why. Replayed again within ten minutes, a file changes nothing.

  --speed X    log seconds a second, above 0 to ${speedMax}, or max (default): as fast as Kafka takes them
  --shift now  moves all times so that the newest line is now; otherwise an old log counts for all time only
  --site S     the site it counts for, one of SITES; default: the first of SITES, or each event's own (NDJSON)
  --host H     the site's own host, where the log does not say it: tells its own referrers from others
  --key K      key of the visitors' hash, at least ${keyCharsMin} characters; default: drawn, kept for a day after its last use
  --help       this text

Settings: KAFKA_BROKERS (default: that of a running npm start, or of the Compose services), TOPIC, SITES.
Exit code 1 if not every line was reached, or none could be read.`;

function readSpeed(text: string | undefined): ReplaySpeed {
  if (text === undefined || text === 'max') return 'max';
  const speed = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || speed <= 0 || speed > speedMax) {
    throw new ConfigurationError('--speed', text, `max, or a number above 0 to ${speedMax}`);
  }
  return speed;
}

function readFileName(names: readonly string[]): string {
  const [file, ...more] = names;
  if (file === undefined || more.length > 0) {
    throw new ConfigurationError('FILE', names.length === 0 ? undefined : names.join(' '), 'one file');
  }
  try {
    accessSync(file, constants.R_OK);
  } catch {
    throw new ConfigurationError('FILE', file, 'a file that is there and may be read');
  }
  // The file is read twice: once to look at it whole, once to send it. A pipe would be empty by then.
  if (!statSync(file).isFile()) throw new ConfigurationError('FILE', file, 'a regular file');
  return file;
}

type Flags = Readonly<Record<'speed' | 'shift' | 'site' | 'host' | 'key', string | undefined>>;

function readRequest(env: Environment, names: readonly string[], flags: Flags): ReplayRequest {
  const sites = readSites(env);
  const { site, host, key, shift } = flags;
  if (site !== undefined && sites.listed !== undefined && !sites.listed.has(site)) {
    throw new ConfigurationError('--site', site, `${sites.names.join(', ')} (SITES)`);
  }
  if (host !== undefined && !hostPattern.test(host)) {
    throw new ConfigurationError('--host', host, 'a host name, without scheme and path');
  }
  if (shift !== undefined && shift !== 'now') throw new ConfigurationError('--shift', shift, 'now');
  if (key !== undefined && key.length < keyCharsMin) {
    // Not the key itself: what is printed may be kept.
    throw new ConfigurationError('--key', `${key.length} characters`, `at least ${keyCharsMin}`);
  }
  const keyFile = join(readHome(env).folder, 'replay.key');
  return {
    file: readFileName(names),
    siteId: site,
    sites,
    host,
    speed: readSpeed(flags.speed),
    isShifted: shift === 'now',
    visitorKey: key === undefined ? readVisitorKey(keyFile, Date.now()) : Buffer.from(key),
  };
}

function printEnd(file: string, { format, linesOfFile, tally, unsent }: ReplayEnd): number {
  console.log(`${file} (${LOG_FORMATS[format]})`);
  for (const row of tally.describe(linesOfFile)) console.log(row);
  if (unsent !== undefined) console.error(`Ended before Kafka acknowledged everything: ${unsent}`);
  const isUnreadable = tally.isUnreadable();
  if (isUnreadable) console.error(`${file} is of no format that can be replayed: see --help`);
  return unsent !== undefined || tally.lines < linesOfFile || isUnreadable ? 1 : 0;
}

async function replay(request: ReplayRequest, env: Environment): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const bar = new ProgressBar(process.stderr);
  const say = (line: string): void => {
    bar.clear();
    console.error(line);
  };
  const stream = readStreamConfig(env);
  const kafka = kafkaClient(stream, 'clickstream-replay', say);
  const end = await replayFile(request, kafka, stream, stop.signal, {
    say,
    onProgress: (lines, linesOfFile) => bar.show(lines, linesOfFile),
  });
  bar.clear();
  return printEnd(request.file, end);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      speed: { type: 'string' },
      shift: { type: 'string' },
      site: { type: 'string' },
      host: { type: 'string' },
      key: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const { speed, shift, site, host, key } = values;
  const request = readRequest(process.env, positionals, { speed, shift, site, host, key });
  // Redis is of no use here: where Kafka is named, nothing needs to be found or started.
  if (process.env[SETTING.KAFKA_BROKERS]) return replay(request, process.env);
  const services = await openServices(process.env, (line) => console.error(line));
  try {
    return await replay(request, { ...process.env, [SETTING.KAFKA_BROKERS]: services.kafkaBrokers });
  } finally {
    await services.close();
  }
}

runCommand(main);
