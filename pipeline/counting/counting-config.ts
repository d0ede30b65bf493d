/** The settings by which a program counts: TOPIC, TOPIC_PARTITIONS, SITES. */
import { siteIdPattern } from '../core/limits';
import type { SiteRules } from '../core/validation';
import {
  ConfigurationError,
  DEFAULT_SITE,
  type Environment,
  readPartitionCount,
  readTopic,
  SETTING,
} from '../settings';

export interface CountingConfig {
  readonly topic: string;
  readonly partitionCount: number;
  readonly sites: SiteRules;
}

/** Names of `SITES`, in order, the default site first. Empty for `*`. Throws ConfigurationError. */
export function readSites(env: Environment): SiteRules & { readonly names: readonly string[] } {
  const text = env[SETTING.SITES] || DEFAULT_SITE;
  if (text === '*') return { listed: undefined, defaultSite: DEFAULT_SITE, names: [DEFAULT_SITE] };
  const names = text.split(',').map((name) => name.trim());
  if (!names.every((name) => siteIdPattern.test(name))) {
    throw new ConfigurationError(
      SETTING.SITES,
      text,
      '* or a comma list of names, each of 1 to 64 of A-Z a-z 0-9 . _ -',
    );
  }
  return { listed: new Set(names), defaultSite: names[0] as string, names };
}

/** Throws ConfigurationError. */
export function readCountingConfig(env: Environment): CountingConfig {
  const { listed, defaultSite } = readSites(env);
  return {
    topic: readTopic(env),
    partitionCount: readPartitionCount(env),
    sites: { listed, defaultSite },
  };
}
