/** Repair, on a schedule or when called: counts what is missing, in every partition. Wiring alone; see repair-topic.ts. */
import { randomBytes } from 'node:crypto';
import { readCountingConfig } from '../../pipeline/counting/counting-config';
import { DEFAULT_CONSUMER_GROUP, SETTING } from '../../pipeline/settings';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { kafkaClient, readStreamConfig } from '../../pipeline/stream/kafka-client';
import { kafkaLogSource } from '../../pipeline/stream/log-source';
import { redisFromEnvironment } from '../redis-connection';
import { structuredLog } from '../structured-log';
import { describeOutcome, type RepairOutcome } from './repair-outcome';
import { repairTopic } from './repair-topic';
import { waitingBatches } from './waiting-batch';

const log = structuredLog('repair');
const stream = readStreamConfig(process.env);
const { sites, topic } = readCountingConfig(process.env);
const consumerGroup = process.env[SETTING.CONSUMER_GROUP] || DEFAULT_CONSUMER_GROUP;
const logs = kafkaLogSource(kafkaClient(stream, 'clickstream-repair', (line) => log('warn', line)));
const rules = { sites, nonce: randomBytes(16).toString('hex') };

/** Some partition could not be repaired: the invocation fails, so that its alarm does. */
export class RepairFailedError extends Error {
  override readonly name = 'RepairFailedError';
}

let connecting: ReturnType<typeof redisFromEnvironment> | undefined;

function connect(): ReturnType<typeof redisFromEnvironment> {
  connecting ??= redisFromEnvironment(process.env, log).catch((error: unknown) => {
    connecting = undefined;
    throw error;
  });
  return connecting;
}

/** Resolves with what was done, partition by partition. Throws RepairFailedError, and where Kafka or Redis is away. */
export async function handler(): Promise<readonly RepairOutcome[]> {
  const redis = await connect();
  const store = new RedisCommitStore(redis);
  const waitingFrom = waitingBatches(redis);
  const outcomes = await repairTopic({ logs, store, rules, topic, consumerGroup, waitingFrom });
  for (const outcome of outcomes) {
    if (outcome.kind === 'repaired') log('info', describeOutcome(outcome));
    if (outcome.kind === 'failed') log('error', describeOutcome(outcome));
  }
  const failed = outcomes.filter(({ kind }) => kind === 'failed');
  if (failed.length > 0) throw new RepairFailedError(failed.map(describeOutcome).join('; '));
  return outcomes;
}
