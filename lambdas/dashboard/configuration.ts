/** The dashboard's settings: SITES, TOPIC, WEB_DIRECTORY, LOGIN_*. The Redis connection reads its own, and they are checked here. */
import { join } from 'node:path';
import { readSites } from '../../pipeline/counting/counting-config';
import { type Environment, readTopic, SETTING } from '../../pipeline/settings';
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
    webDirectory: env[SETTING.WEB_DIRECTORY] || join(bundleDirectory, 'web'),
  };
}
