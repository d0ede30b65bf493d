/** Processor time of the three that work on an event once it is on the topic: client, Kafka, Redis. Seconds each. */
import type { BenchServices } from './bench-services';
import type { RunningProgram } from './programs';

export interface SpentTime {
  /** All programs of ours that were asked for. */
  readonly client: number | undefined;
  readonly kafka: number | undefined;
  readonly redis: number;
}

export interface SpentTimes extends SpentTime {
  /** undefined where one of the three is. */
  readonly all: number | undefined;
}

/** Without programs: before any has started, so that its start-up counts. */
export async function spentTime(
  services: BenchServices,
  ...programs: readonly RunningProgram[]
): Promise<SpentTime> {
  return {
    client: programs.reduce<number | undefined>((sum, program) => plus(sum, program.seconds()), 0),
    kafka: services.kafkaSeconds(),
    redis: await services.redisSeconds(),
  };
}

export function spentSince(from: SpentTime, to: SpentTime): SpentTimes {
  const client = plus(to.client, negative(from.client));
  const kafka = plus(to.kafka, negative(from.kafka));
  const redis = to.redis - from.redis;
  return { client, kafka, redis, all: plus(plus(client, kafka), redis) };
}

export function perEventUs(seconds: number | undefined, events: number): number | undefined {
  return seconds === undefined ? undefined : (seconds * 1e6) / events;
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function negative(a: number | undefined): number | undefined {
  return a === undefined ? undefined : -a;
}
