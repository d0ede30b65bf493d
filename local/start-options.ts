/** What `npm start` was asked to do: its arguments, each with the setting of the same meaning as its default. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCollectorConfiguration } from '../collector/configuration';
import { parseSiteList } from '../collector/known-sites';
import { readRedisUrl } from '../lambdas/redis-connection';
import { readCountingConfig } from '../pipeline/counting/counting-config';
import {
  ConfigurationError,
  DEFAULT_PORT,
  DEFAULT_SITE,
  type Environment,
  readInteger,
  SETTING,
} from '../pipeline/settings';
import { readStreamConfig } from '../pipeline/stream/kafka-client';
import { readTrafficConfiguration } from '../producer/configuration';
import { readBatchSettings } from './batch-settings';
import { type Home, readHome } from './home';
import { readServicePorts } from './services/open-services';

export interface StartOptions {
  readonly isHelp: boolean;
  readonly isFresh: boolean;
  readonly home: Home;
  readonly port: number;
  /** 0: no collector. */
  readonly collectorPort: number;
  readonly kafkaPort: number;
  readonly redisPort: number;
  /** For the programs: the environment, with what the arguments say. */
  readonly env: Environment;
}

const pagePort = { min: 1, max: 65_535, default: DEFAULT_PORT };

/** Throws ConfigurationError. */
export function readStartOptions(args: readonly string[], env: Environment): StartOptions {
  const values = parse(args);
  const given: Record<string, string | undefined> = { ...env };
  if (values.rate !== undefined) given[SETTING.RATE] = values.rate;
  if (values.seed !== undefined) given[SETTING.SEED] = values.seed;
  if (values.past !== undefined) given[SETTING.PAST] = values.past;
  if (values['daily-curve'] === true) given[SETTING.DAILY_CURVE] = 'true';
  if (values.port !== undefined) given[SETTING.PORT] = values.port;
  if (values.via !== undefined) given[SETTING.VIA] = values.via;
  if (values['no-simulator'] === true) given[SETTING.SIMULATOR] = 'false';
  if (!given[SETTING.SITES]) given[SETTING.SITES] = [DEFAULT_SITE, ...addedSites(readHome(env))].join(',');
  // The programs read these themselves; asked here, a typing error ends the start before anything runs.
  readCountingConfig(given);
  readBatchSettings(given);
  if (given[SETTING.REDIS_URL]) readRedisUrl(given);
  if (given[SETTING.KAFKA_BROKERS]) readStreamConfig(given);
  const port = readInteger(given, SETTING.PORT, pagePort);
  // Beside the page's: two runs with a page each have a collector each.
  const beside = { min: 0, max: pagePort.max, default: port < pagePort.max ? port + 1 : port - 1 };
  const collectorPort = readInteger(given, SETTING.COLLECTOR_PORT, beside);
  given[SETTING.COLLECTOR_PORT] = String(collectorPort);
  if (collectorPort !== 0) given[SETTING.COLLECTOR_URL] ||= `:${collectorPort}`;
  readTrafficConfiguration(given);
  readCollectorConfiguration(given);
  return {
    isHelp: values.help === true,
    isFresh: values.fresh === true,
    home: readHome(env),
    port,
    collectorPort,
    ...readServicePorts(env),
    env: given,
  };
}

/** Sites that `npm run sites` has added, so that they are counted without being named again. Throws SiteListError. */
function addedSites(home: Home): readonly string[] {
  const file = join(home.folder, 'sites.json');
  const rows = existsSync(file) ? parseSiteList(readFileSync(file, 'utf8')) : [];
  return rows.map(({ name }) => name).filter((name) => name !== DEFAULT_SITE);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rate: { type: 'string' },
        port: { type: 'string' },
        seed: { type: 'string' },
        past: { type: 'string' },
        'daily-curve': { type: 'boolean' },
        via: { type: 'string' },
        'no-simulator': { type: 'boolean' },
        fresh: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const allowed =
      '--rate N, --seed N, --daily-curve, --past T, --via kafka|http, --no-simulator, --port N, --fresh, --help';
    throw new ConfigurationError('npm start', (error as Error).message.split('.')[0], allowed);
  }
}
