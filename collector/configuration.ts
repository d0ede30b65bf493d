/** Configuration of the collector, by environment alone. */
import { join } from 'node:path';
import { SECOND_MS } from '../pipeline/core/limits';
import { readSites } from '../pipeline/counting/counting-config';
import {
  ConfigurationError,
  type Environment,
  readChoice,
  readInteger,
  readSwitch,
  SETTING,
} from '../pipeline/settings';
import { type SiteListSource, siteListSource } from './site-sources';

export interface CollectorConfiguration {
  readonly port: number;
  readonly host: string;
  /** Of the tracker, and of a demo site. Default: none. */
  readonly publicDirectory?: string;
  readonly sites: SiteListSource;
  /** Names of SITES; undefined where any site is counted. */
  readonly listed: ReadonlySet<string> | undefined;
  /** Sites that are known by their own name where nothing else is said of them. */
  readonly byName: readonly string[];
  /** Proxies in front of it, each of which adds an address to X-Forwarded-For. */
  readonly proxies: number;
  /** In small letters; undefined: the connection's, or as `proxies` says. */
  readonly addressHeader: string | undefined;
  /** In small letters; undefined: no country. */
  readonly countryHeader: string | undefined;
  /** What the proxy in front says; undefined: requests may come from anywhere. */
  readonly frontSecret: string | undefined;
  /** By which clients reach it, without a final slash; undefined: as each request says. */
  readonly url: string | undefined;
  /** Requests are still taken for so long after the order to end. */
  readonly lingerMs: number;
  readonly respectsOptOut: boolean;
  /** `count`: as bots, apart. `drop`: not at all. */
  readonly bots: 'count' | 'drop';
  /** Events a second; 0: no limit. */
  readonly siteRate: number;
  readonly addressRate: number;
}

const headerPattern = /^[A-Za-z0-9-]{1,64}$/;
const rate = { min: 0, max: 1_000_000, default: 0 };

function readHeaderName(env: Environment, setting: string): string | undefined {
  const name = env[setting];
  if (name === undefined || name === '') return undefined;
  if (!headerPattern.test(name))
    throw new ConfigurationError(setting, name, 'the name of a header: A-Z a-z 0-9 -');
  return name.toLowerCase();
}

/** A secret is not repeated in a message. */
function readFrontSecret(env: Environment): string | undefined {
  const secret = env[SETTING.COLLECTOR_FRONT_SECRET];
  if (secret === undefined || secret === '') return undefined;
  const isFit = /^[\x21-\x7e]{16,1024}$/.test(secret);
  if (isFit) return secret;
  throw new ConfigurationError(
    SETTING.COLLECTOR_FRONT_SECRET,
    `${secret.length} characters`,
    '16 to 1,024 visible ASCII characters',
  );
}

/** A port alone is one of the host that each request names. */
function readUrl(env: Environment): string | undefined {
  const url = env[SETTING.COLLECTOR_URL];
  if (url === undefined || url === '' || /^:\d{1,5}$/.test(url)) return undefined;
  if (!/^https?:\/\/[A-Za-z0-9.:[\]-]{1,260}(?:\/[\w./-]{0,200})?$/.test(url))
    throw new ConfigurationError(SETTING.COLLECTOR_URL, url, 'https://HOST, http://HOST:PORT/PATH, or :PORT');
  return url.replace(/\/$/, '');
}

/** `COLLECTOR_SITES`, or the file of the data folder. Throws ConfigurationError. */
export function readSiteListSource(env: Environment): SiteListSource {
  const home = env[SETTING.CLICKSTREAM_HOME] || '.clickstream';
  return siteListSource(env[SETTING.COLLECTOR_SITES] || `file:${join(home, 'sites.json')}`);
}

/** undefined: no port, no collector. Throws ConfigurationError. */
export function readCollectorConfiguration(env: Environment): CollectorConfiguration | undefined {
  const port = readInteger(env, SETTING.COLLECTOR_PORT, { min: 0, max: 65_535, default: 0 });
  const { listed, names } = readSites(env);
  const configuration: CollectorConfiguration = {
    port,
    host: env[SETTING.LISTEN_HOST] || '127.0.0.1',
    publicDirectory: env[SETTING.TRACKER_DIRECTORY] || join(__dirname, 'tracker'),
    sites: readSiteListSource(env),
    listed,
    byName: names,
    proxies: readInteger(env, SETTING.COLLECTOR_PROXIES, { min: 0, max: 5, default: 0 }),
    addressHeader: readHeaderName(env, SETTING.COLLECTOR_ADDRESS_HEADER),
    countryHeader: readHeaderName(env, SETTING.COLLECTOR_COUNTRY_HEADER),
    frontSecret: readFrontSecret(env),
    url: readUrl(env),
    lingerMs: SECOND_MS * readInteger(env, SETTING.COLLECTOR_LINGER_SECONDS, { min: 0, max: 60, default: 0 }),
    respectsOptOut: readSwitch(env, SETTING.COLLECTOR_OPT_OUT, false),
    bots: readChoice(env, SETTING.COLLECTOR_BOTS, ['count', 'drop'], 'count'),
    siteRate: readInteger(env, SETTING.COLLECTOR_SITE_RATE, rate),
    addressRate: readInteger(env, SETTING.COLLECTOR_ADDRESS_RATE, rate),
  };
  return port === 0 ? undefined : configuration;
}
