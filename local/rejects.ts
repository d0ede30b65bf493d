/** `npm run rejects`: the newest records that were not counted, and why. */
import { parseArgs } from 'node:util';
import { printable } from '../audit/printable';
import { redisFromEnvironment } from '../lambdas/redis-connection';
import { structuredLog } from '../lambdas/structured-log';
import { REJECTION_REASONS, REJECTIONS } from '../pipeline/core/rejection';
import { ConfigurationError, readChoice, readTopic, SETTING } from '../pipeline/settings';
import { RedisCommitStore } from '../pipeline/store/redis-commit-store';
import { kafkaClient, readStreamConfig } from '../pipeline/stream/kafka-client';
import { newestRejects, type Reject } from './newest-rejects';
import { openServices } from './services/open-services';

const limitMax = 1_000;
const limitDefault = 20;
const valueCharsMax = 300;

const help = `npm run rejects [-- --reason R --limit N]

The newest records that were not counted: when, partition, offset, reason, field, and the value as Kafka still holds it.
Control characters are escaped, long values cut. The store keeps the newest 100 rejections of each partition.

  --reason R   only these: ${REJECTION_REASONS.join(', ')}
  --limit N    at most N, 1 to ${limitMax}; default ${limitDefault}
  --help       this text

Settings: KAFKA_BROKERS, REDIS_URL (default: those of a running npm start, or of the Compose services), TOPIC.`;

function readLimit(text: string | undefined): number {
  if (text === undefined) return limitDefault;
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > limitMax) {
    throw new ConfigurationError('--limit', text, `a whole number from 1 to ${limitMax}`);
  }
  return limit;
}

function describeValue(value: Reject['value']): string {
  if (value === undefined) return '(no longer in the log)';
  if (value === null) return '(no value)';
  return printable(new TextDecoder().decode(value), valueCharsMax);
}

function describeReject({ timestampMs, partition, offset, reason, field, value }: Reject): string {
  const at = timestampMs === undefined ? '-'.padEnd(24) : new Date(timestampMs).toISOString();
  const why = field === undefined ? reason : `${reason} (${field})`;
  return `${at}  partition ${partition} offset ${offset}  ${why}: ${describeValue(value)}`;
}

async function printRejects(
  env: Readonly<Record<string, string | undefined>>,
  reason: string | undefined,
  limit: number,
): Promise<void> {
  const topic = readTopic(env);
  const kafka = kafkaClient(readStreamConfig(env), 'clickstream-rejects');
  const redis = await redisFromEnvironment(env, structuredLog('rejects'));
  const admin = kafka.admin();
  try {
    await admin.connect();
    const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition }) => partition);
    const store = new RedisCommitStore(redis);
    const shards = await Promise.all(
      partitions.map(async (partition) => ({
        topic,
        generation: await store.generation(topic, partition),
        partition,
      })),
    );
    const rejects = await newestRejects({ kafka, redis }, shards, { reason, limit });
    for (const reject of rejects) console.log(describeReject(reject));
    for (const found of new Set(rejects.map((reject) => reject.reason))) {
      const meaning = REJECTIONS[found as keyof typeof REJECTIONS];
      if (meaning !== undefined) console.log(`${found}: ${meaning}`);
    }
    if (rejects.length === 0) console.log('no rejections');
  } finally {
    await admin.disconnect();
    redis.disconnect();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { reason: { type: 'string' }, limit: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const limit = readLimit(values.limit);
  const reason =
    values.reason === undefined
      ? undefined
      : readChoice({ '--reason': values.reason }, '--reason', REJECTION_REASONS, 'malformed_json');
  const services = await openServices(process.env, (line) => console.log(line));
  try {
    await printRejects(
      {
        ...process.env,
        [SETTING.KAFKA_BROKERS]: services.kafkaBrokers,
        [SETTING.REDIS_URL]: services.redisUrl,
      },
      reason,
      limit,
    );
  } finally {
    await services.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
