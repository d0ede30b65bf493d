/** Repairs the shards of a local run: called by `npm run repair`, and by `npm start` before its event source starts. */
import { randomBytes } from 'node:crypto';
import { redisFromEnvironment } from '../lambdas/redis-connection';
import { pastRepair, readRecordsMax } from '../lambdas/repair/past-repair';
import type { RepairOutcome } from '../lambdas/repair/repair-outcome';
import { type RepairOptions, repairTopic } from '../lambdas/repair/repair-topic';
import { waitingBatches } from '../lambdas/repair/waiting-batch';
import { structuredLog } from '../lambdas/structured-log';
import { readCountingConfig } from '../pipeline/counting/counting-config';
import { DEFAULT_CONSUMER_GROUP, type Environment, SETTING } from '../pipeline/settings';
import { RedisCommitStore } from '../pipeline/store/redis-commit-store';
import { kafkaClient, readStreamConfig } from '../pipeline/stream/kafka-client';
import { kafkaLogSource } from '../pipeline/stream/log-source';

/**
 * `env`: with KAFKA_BROKERS and REDIS_URL. `partition`: this one alone. Throws ConfigurationError, NoSuchPartitionError, and
 * where Kafka or Redis is away; a shard that cannot be repaired is an outcome of kind `failed`.
 */
export async function repairAll(
  env: Environment,
  onOutcome: (outcome: RepairOutcome) => void,
  partition?: number,
  /** How long a past is counted; default: to its end. */
  pastMs = Number.POSITIVE_INFINITY,
): Promise<readonly RepairOutcome[]> {
  const stream = readStreamConfig(env);
  const { sites, topic } = readCountingConfig(env);
  const log = structuredLog('repair');
  const endsMs = performance.now() + pastMs;
  const redis = await redisFromEnvironment(env, log);
  try {
    const options: RepairOptions = {
      logs: kafkaLogSource(kafkaClient(stream, 'clickstream-repair')),
      store: new RedisCommitStore(redis),
      rules: { sites, nonce: randomBytes(16).toString('hex') },
      topic,
      consumerGroup: env[SETTING.CONSUMER_GROUP] || DEFAULT_CONSUMER_GROUP,
      waitingFrom: waitingBatches(redis),
      partition,
      past: pastRepair(redis, readRecordsMax(env), () => performance.now() >= endsMs),
      onUnprocessable: ({ partition }, offset, error) =>
        log('error', 'record cannot be counted, rejected as unprocessable', { partition, offset, error }),
    };
    let outcomes = await repairTopic(options, onOutcome);
    // What goes on live has its past still to be counted.
    while (pastMs === Number.POSITIVE_INFINITY && outcomes.some(({ kind }) => kind === 'live')) {
      outcomes = await repairTopic(options, onOutcome);
    }
    return outcomes;
  } finally {
    redis.disconnect();
  }
}
