/** The consumer as a function that is given MSK events. How repair is called is handed in: by Lambda's API on AWS, in the process locally. */
import { randomBytes } from 'node:crypto';
import { readCountingConfig } from '../../pipeline/counting/counting-config';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import { type Environment, readSwitch, SETTING } from '../../pipeline/settings';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { silentMetrics, type WriteMetrics } from '../metrics-port';
import { batchResponse, type KafkaBatchResponse } from '../partial-batch/partial-batch';
import { redisFromEnvironment } from '../redis-connection';
import type { WriteLog } from '../structured-log';
import { type Consumer, consumeEvent, PartitionsFailedError } from './consume-event';
import { type CallRepair, RepairCalls } from './repair-calls';

/** Counts the event; what is not counted is reported, or the call rejects: either way it is delivered again. */
export type ConsumerHandler = (
  event: unknown,
  context?: { readonly getRemainingTimeInMillis: () => number },
) => Promise<KafkaBatchResponse | undefined>;

/** `callRepair` undefined: the consumer does not call it. `writeMetrics`: default nowhere. Throws ConfigurationError. */
export function createConsumerHandler(
  env: Environment,
  callRepair: CallRepair | undefined,
  log: WriteLog,
  writeMetrics: WriteMetrics = silentMetrics,
): ConsumerHandler {
  const { sites, partitionCount } = readCountingConfig(env);
  const rules = { sites, partitionCount, nonce: randomBytes(16).toString('hex') };
  /** Set together with the mapping's own option: without that, Lambda would take a report of failures for a success. */
  const reportsFailures = readSwitch(env, SETTING.REPORT_BATCH_ITEM_FAILURES, false);
  const repairCalls = callRepair && new RepairCalls(callRepair, log);
  let connecting: Promise<Consumer> | undefined;

  const connect = async (): Promise<Consumer> => {
    const store = new RedisCommitStore(await redisFromEnvironment(env, log));
    return { store, shards: new ShardDirectory(store), rules, log, repairCalls };
  };

  return async (event, context) => {
    connecting ??= connect().catch((error: unknown) => {
      // A secret that could not be read is read again at the next invocation.
      connecting = undefined;
      throw error;
    });
    try {
      await consumeEvent(await connecting, event, context && (() => context.getRemainingTimeInMillis()));
      return undefined;
    } catch (error) {
      const failed = error instanceof PartitionsFailedError ? error : undefined;
      // A stopped partition is retried for hours; one line said so when it stopped.
      if (!failed?.isSaid) {
        log('error', 'batch not counted', { reason: error instanceof Error ? error.message : String(error) });
      }
      if (failed !== undefined) writeMetrics({ PartitionsFailed: failed.failures.length });
      if (failed === undefined || !reportsFailures) throw error;
      // For Lambda this is a success: the figure is what the alarm counts.
      log('warn', 'partitions reported as failed', { partitions: failed.failures.length });
      return batchResponse(failed.failures);
    }
  };
}
