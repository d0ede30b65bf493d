/** Which Kafka and which Redis: those that are set, else this project's Compose services, else ones that are started here. */
import { type Environment, SETTING } from '../../pipeline/settings';
import type { CommandRunner } from './command-runner';
import { findComposeServices } from './compose-services';

export type ServiceChoice =
  | { readonly from: 'setting' | 'compose'; readonly address: string }
  | { readonly from: 'here' };

export interface ServiceChoices {
  /** Address: `host:port[,host:port]`. */
  readonly kafka: ServiceChoice;
  /** Address: a URL. */
  readonly redis: ServiceChoice;
}

export async function chooseServices(env: Environment, runner: CommandRunner): Promise<ServiceChoices> {
  const kafka = env[SETTING.KAFKA_BROKERS];
  const redis = env[SETTING.REDIS_URL];
  const compose = kafka && redis ? {} : await findComposeServices(runner);
  return { kafka: choose(kafka, compose.kafkaBrokers), redis: choose(redis, compose.redisUrl) };
}

function choose(set: string | undefined, composed: string | undefined): ServiceChoice {
  if (set) return { from: 'setting', address: set };
  return composed === undefined ? { from: 'here' } : { from: 'compose', address: composed };
}
