/** Configuration of the producer: environment, and the same by flags. */
import { type CollectorConfiguration, readCollectorConfiguration } from '../collector/configuration';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../pipeline/core/limits';
import { readSites } from '../pipeline/counting/counting-config';
import {
  ConfigurationError,
  type Environment,
  readChoice,
  readInteger,
  readSwitch,
  SETTING,
} from '../pipeline/settings';
import { readStreamConfig, type StreamConfig } from '../pipeline/stream/kafka-client';

/** What is simulated. */
export interface TrafficConfiguration {
  /** false: heartbeats only. */
  readonly simulator: boolean;
  /** Mean of a day, where the traffic follows a day's curve. */
  readonly eventsPerSecond: number;
  readonly hasDailyCurve: boolean;
  /** Simulated time that is written before the live traffic; 0: none. */
  readonly pastMs: number;
  /** undefined: to be drawn. */
  readonly seed: number | undefined;
  /** `http`: through the collector, which this program then hosts. */
  readonly via: 'kafka' | 'http';
  /** Where any site is counted, the traffic is the default site's. */
  readonly sites: readonly string[];
}

export interface ProducerConfiguration extends TrafficConfiguration {
  readonly stream: StreamConfig;
  /** undefined: none is hosted. */
  readonly collector: CollectorConfiguration | undefined;
}

export const USAGE = `producer: writes simulated traffic and heartbeats to the topic, and with COLLECTOR_PORT takes clicks by HTTP
  --rate N         events a second, 0 to 1000000 (RATE, default 1700)
  --seed N         seed of the traffic, 0 to 4294967295 (SEED, default: drawn and printed)
  --daily-curve    N is the mean of a day with a night, a morning and an evening (DAILY_CURVE=true)
  --past T         first writes the past up to 24h, at 20 events a second or N (PAST=T)
  --no-simulator   heartbeats only (SIMULATOR=false)
  --via http       the traffic goes through the collector, which needs COLLECTOR_PORT (VIA=http; default kafka)
  --help           this text
Also read: KAFKA_BROKERS, KAFKA_AUTH, TOPIC, TOPIC_PARTITIONS, SITES, COLLECTOR_*. See docs/simulator.md, docs/collector.md.`;

export const seedMax = 0xffff_ffff;
const defaultRate = 1_700;
/** A day at it is written within minutes. */
const defaultRateWithPast = 20;
/** Of the past: Redis keeps the messageIds of the last ten minutes, and all of these are written in less. */
const pastEventsMax = 5_000_000;

const valued: Environment = {
  '--rate': SETTING.RATE,
  '--seed': SETTING.SEED,
  '--past': SETTING.PAST,
  '--via': SETTING.VIA,
};
const switches: Readonly<Record<string, Environment>> = {
  '--no-simulator': { [SETTING.SIMULATOR]: 'false' },
  '--daily-curve': { [SETTING.DAILY_CURVE]: 'true' },
};

/** The environment, with what flags say in its place. Throws ConfigurationError. */
export function applyFlags(env: Environment, args: readonly string[]): Environment {
  const merged: Record<string, string | undefined> = { ...env };
  for (let i = 0; i < args.length; i += 1) {
    const [flag, inline] = (args[i] as string).split('=', 2) as [string, string | undefined];
    const said = switches[flag];
    if (said !== undefined) {
      Object.assign(merged, said);
      continue;
    }
    const setting = valued[flag];
    if (setting === undefined) {
      throw new ConfigurationError(
        'flag',
        flag,
        [...Object.keys(valued), ...Object.keys(switches)].join(' | '),
      );
    }
    const value = inline ?? args[++i];
    if (value === undefined) throw new ConfigurationError(flag, undefined, 'a value behind it');
    merged[setting] = value;
  }
  return merged;
}

/** Hours take events that are 25 h old: a day leaves an hour for writing them. */
function readPast(env: Environment): number {
  const text = env[SETTING.PAST];
  if (text === undefined || text === '') return 0;
  const [, digits, unit] = /^([1-9]\d{0,3})([hm])$/.exec(text) ?? [];
  const pastMs = Number(digits) * (unit === 'h' ? HOUR_MS : MINUTE_MS);
  if (!(pastMs <= DAY_MS)) throw new ConfigurationError(SETTING.PAST, text, '1h to 24h, or 1m to 1440m');
  return pastMs;
}

/** Throws ConfigurationError where the past would be too much to write, and to count. */
function requireWritable(pastMs: number, eventsPerSecond: number): void {
  const rateMax = Math.floor(pastEventsMax / (pastMs / SECOND_MS));
  if (eventsPerSecond <= rateMax) return;
  const allowed = `at most ${rateMax} with this PAST, which is ${pastEventsMax / 1e6} million events`;
  throw new ConfigurationError(SETTING.RATE, String(eventsPerSecond), allowed);
}

/** Throws ConfigurationError. */
function readVia(env: Environment): TrafficConfiguration['via'] {
  const via = readChoice(env, SETTING.VIA, ['kafka', 'http'], 'kafka');
  const hasCollector = Number(env[SETTING.COLLECTOR_PORT] ?? 0) > 0;
  if (via === 'http' && !hasCollector)
    throw new ConfigurationError(SETTING.VIA, via, 'http where COLLECTOR_PORT is above 0');
  return via;
}

/** Throws ConfigurationError. */
export function readTrafficConfiguration(env: Environment): TrafficConfiguration {
  const hasSeed = env[SETTING.SEED] !== undefined && env[SETTING.SEED] !== '';
  const pastMs = readPast(env);
  const byDefault = pastMs > 0 ? defaultRateWithPast : defaultRate;
  const eventsPerSecond = readInteger(env, SETTING.RATE, { min: 0, max: 1_000_000, default: byDefault });
  requireWritable(pastMs, eventsPerSecond);
  return {
    simulator: readSwitch(env, SETTING.SIMULATOR, true),
    eventsPerSecond,
    hasDailyCurve: readSwitch(env, SETTING.DAILY_CURVE, pastMs > 0),
    pastMs,
    seed: hasSeed ? readInteger(env, SETTING.SEED, { min: 0, max: seedMax, default: 0 }) : undefined,
    via: readVia(env),
    sites: readSites(env).names,
  };
}

/** Throws ConfigurationError. */
export function readProducerConfiguration(env: Environment): ProducerConfiguration {
  return {
    stream: readStreamConfig(env),
    collector: readCollectorConfiguration(env),
    ...readTrafficConfiguration(env),
  };
}
