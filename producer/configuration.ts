/** Configuration of the producer: environment, and the same by flags. */
import { readSites } from '../pipeline/counting/counting-config';
import { ConfigurationError, type Environment, readChoice, readInteger, SETTING } from '../pipeline/settings';
import { readStreamConfig, type StreamConfig } from '../pipeline/stream/kafka-client';

/** What is simulated. */
export interface TrafficConfiguration {
  /** false: heartbeats only. */
  readonly simulator: boolean;
  readonly eventsPerSecond: number;
  /** undefined: to be drawn. */
  readonly seed: number | undefined;
  /** Where any site is counted, the traffic is the default site's. */
  readonly sites: readonly string[];
}

export interface ProducerConfiguration extends TrafficConfiguration {
  readonly stream: StreamConfig;
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

/** Throws ConfigurationError. */
export function readTrafficConfiguration(env: Environment): TrafficConfiguration {
  const hasSeed = env[SETTING.SEED] !== undefined && env[SETTING.SEED] !== '';
  return {
    simulator: readChoice(env, SETTING.SIMULATOR, ['true', 'false'], 'true') === 'true',
    eventsPerSecond: readInteger(env, SETTING.RATE, { min: 0, max: 1_000_000, default: defaultRate }),
    seed: hasSeed ? readInteger(env, SETTING.SEED, { min: 0, max: seedMax, default: 0 }) : undefined,
    sites: readSites(env).names,
  };
}

/** Throws ConfigurationError. */
export function readProducerConfiguration(env: Environment): ProducerConfiguration {
  return { stream: readStreamConfig(env), ...readTrafficConfiguration(env) };
}
