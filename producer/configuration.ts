/** Configuration of the producer: environment, and the same by flags. */

import { siteIdPattern } from '../pipeline/core/limits';
import {
  ConfigurationError,
  DEFAULT_SITE,
  type Environment,
  readChoice,
  readInteger,
  SETTING,
} from '../pipeline/settings';
import { readStreamConfig, type StreamConfig } from '../pipeline/stream/kafka-client';

export interface ProducerConfiguration {
  readonly stream: StreamConfig;
  /** false: heartbeats only. */
  readonly simulator: boolean;
  readonly eventsPerSecond: number;
  /** undefined: to be drawn. */
  readonly seed: number | undefined;
  readonly sites: readonly string[];
}

export const USAGE = `producer: writes simulated traffic and heartbeats to the topic
  --rate N         events a second, 0 to 1000000 (RATE, default 1700)
  --seed N         seed of the traffic, 0 to 4294967295 (SEED, default: drawn and printed)
  --no-simulator   heartbeats only (SIMULATOR=false)
  --help           this text
Also read: KAFKA_BROKERS, KAFKA_AUTH, TOPIC, TOPIC_PARTITIONS, SITES. See docs/simulator.md.`;

export const seedMax = 0xffff_ffff;
const defaultRate = 1_700;

/** The environment, with what flags say in its place. Throws ConfigurationError. */
export function applyFlags(env: Environment, args: readonly string[]): Environment {
  const merged: Record<string, string | undefined> = { ...env };
  for (let i = 0; i < args.length; i += 1) {
    const [flag, inline] = (args[i] as string).split('=', 2) as [string, string | undefined];
    if (flag === '--no-simulator') {
      merged[SETTING.SIMULATOR] = 'false';
      continue;
    }
    const setting = { '--rate': SETTING.RATE, '--seed': SETTING.SEED }[flag];
    if (setting === undefined)
      throw new ConfigurationError('flag', flag, '--rate N | --seed N | --no-simulator');
    const value = inline ?? args[++i];
    if (value === undefined) throw new ConfigurationError(flag, undefined, 'a whole number');
    merged[setting] = value;
  }
  return merged;
}

export function readProducerConfiguration(env: Environment): ProducerConfiguration {
  const seedText = env[SETTING.SEED];
  return {
    stream: readStreamConfig(env),
    simulator: readChoice(env, SETTING.SIMULATOR, ['true', 'false'], 'true') === 'true',
    eventsPerSecond: readInteger(env, SETTING.RATE, { min: 0, max: 1_000_000, default: defaultRate }),
    seed:
      seedText === undefined || seedText === ''
        ? undefined
        : readInteger(env, SETTING.SEED, { min: 0, max: seedMax, default: 0 }),
    sites: readSites(env[SETTING.SITES]),
  };
}

/** Where any site is counted, the traffic is the default site's. */
function readSites(text: string | undefined): readonly string[] {
  if (text === undefined || text === '' || text.trim() === '*') return [DEFAULT_SITE];
  const sites = text.split(',').map((site) => site.trim());
  if (sites.every((site) => siteIdPattern.test(site))) return sites;
  throw new ConfigurationError(SETTING.SITES, text, '* or a comma list of 1 to 64 of A-Z a-z 0-9 . _ -');
}
