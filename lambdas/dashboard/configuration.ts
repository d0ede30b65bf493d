/** The dashboard's settings: SITES, TOPIC, WEB_DIRECTORY, COLLECTOR_URL, LOGIN_*. The Redis connection reads its own, and they are checked here. */
import { join } from 'node:path';
import { readSites } from '../../pipeline/counting/counting-config';
import { ConfigurationError, type Environment, readTopic, SETTING } from '../../pipeline/settings';
import { type LoginSettings, readLogin } from '../login-settings';
import { readRedisUrl } from '../redis-connection';

export interface DashboardConfiguration {
  readonly topic: string;
  /** The site of a request that names none. */
  readonly defaultSite: string;
  /** Sites that exist before their first event; for `SITES=*` the default site alone. */
  readonly listedSites: readonly string[];
  /** True where a site that is not listed cannot have been counted. */
  readonly areSitesClosed: boolean;
  readonly webDirectory: string;
  /** undefined: whoever reaches the dashboard may look. */
  readonly login: LoginSettings | undefined;
  /** As the setting COLLECTOR_URL. */
  readonly collectorUrl: string | undefined;
}

const collectorPattern = /^(?:https?:\/\/[A-Za-z0-9.:[\]-]{1,260}(?:\/[\w./-]{0,200})?|:\d{1,5})$/;

function readCollectorUrl(env: Environment): string | undefined {
  const url = env[SETTING.COLLECTOR_URL];
  if (url === undefined || url === '') return undefined;
  if (!collectorPattern.test(url))
    throw new ConfigurationError(SETTING.COLLECTOR_URL, url, 'https://HOST, http://HOST:PORT/PATH, or :PORT');
  return url;
}

/** `bundleDirectory`: where the running program lies. Throws ConfigurationError. */
export function readDashboardConfiguration(
  env: Environment,
  bundleDirectory: string,
): DashboardConfiguration {
  readRedisUrl(env);
  const sites = readSites(env);
  return {
    topic: readTopic(env),
    defaultSite: sites.defaultSite,
    listedSites: sites.names,
    areSitesClosed: sites.listed !== undefined,
    login: readLogin(env),
    collectorUrl: readCollectorUrl(env),
    webDirectory: env[SETTING.WEB_DIRECTORY] || join(bundleDirectory, 'web'),
  };
}
