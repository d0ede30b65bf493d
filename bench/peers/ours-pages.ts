/**
 * Clickstream with the peers' roll-up alone (pages-roll-up.ts). Event source, decoding, judging, the fold and the commit script are those
 * that are shipped, and so is what they promise: a batch is counted once, whoever is killed when.
 */
import { randomBytes } from 'node:crypto';
import { redisFromEnvironment } from '../../lambdas/redis-connection';
import { structuredLog } from '../../lambdas/structured-log';
import { readBatchSettings } from '../../local/batch-settings';
import { startEventSource } from '../../local/event-source/event-source';
import { functionInvoker } from '../../local/event-source/invoker';
import { onStopSignal } from '../../local/shutdown';
import type { LogRecord } from '../../pipeline/core/event';
import { judgeBatch } from '../../pipeline/core/judge-batch';
import { readCountingConfig } from '../../pipeline/counting/counting-config';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import { DEFAULT_CONSUMER_GROUP, SETTING } from '../../pipeline/settings';
import type { ShardId } from '../../pipeline/store/keys';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { kafkaClient, readStreamConfig } from '../../pipeline/stream/kafka-client';
import { contiguousRuns, decodeMskEvent } from '../../pipeline/stream/msk-event';
import { foldPages } from './pages-roll-up';

const functionName = 'pages';
const functionTimeoutMs = 60_000;
const drainMs = 3_500;

const stream = readStreamConfig(process.env);
const { sites, partitionCount } = readCountingConfig(process.env);
const nonce = randomBytes(16).toString('hex');

/** Counts the run from the shard's `next` on. Throws where the shard cannot take it; then the batch comes again. */
async function countPages(
  store: RedisCommitStore,
  shard: ShardId,
  run: readonly LogRecord[],
): Promise<{ readonly kind: 'counted' }> {
  const first = run[0] as LogRecord;
  const last = run.at(-1) as LogRecord;
  const found = await store.lookUp(shard, first.timestampMs, []);
  const next = found.next ?? 0;
  const rest = run.filter(({ offset }) => offset >= next);
  if (rest.length === 0) return { kind: 'counted' };
  const rollUp = foldPages(judgeBatch(rest, sites, nonce), {
    partition: shard.partition,
    partitionCount,
    logTimeMs: found.logTimeMs,
  });
  const { kind } = await store.commit(shard, rollUp, found, Date.now(), last);
  if (kind !== 'applied') throw new Error(`partition ${shard.partition}: ${kind} at offset ${next}`);
  return { kind: 'counted' };
}

async function main(): Promise<void> {
  const log = structuredLog(functionName);
  const store = new RedisCommitStore(await redisFromEnvironment(process.env, log));
  const shards = new ShardDirectory(store);
  const count = async (event: unknown): Promise<void> => {
    await Promise.all(
      decodeMskEvent(event).map(async ({ topic, partition, records }) => {
        for (const run of contiguousRuns(records))
          await shards.follow(topic, partition, (shard) => countPages(store, shard, run));
      }),
    );
  };
  const source = startEventSource({
    kafka: kafkaClient(stream, 'clickstream-pages', (line) => console.log(line)),
    groupId: process.env[SETTING.CONSUMER_GROUP] || DEFAULT_CONSUMER_GROUP,
    topic: stream.topic,
    invoker: functionInvoker(count, functionName, functionTimeoutMs),
    functionName,
    bootstrapServers: stream.brokers.join(','),
    ...readBatchSettings(process.env),
  });
  onStopSignal(() => source.stop(drainMs), drainMs + 500);
  await source.started;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
