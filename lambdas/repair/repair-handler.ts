/** Repair as a function that is called: by a schedule for all partitions, or for one that has just stopped. */
import { randomBytes } from 'node:crypto';
import { readCountingConfig } from '../../pipeline/counting/counting-config';
import { DEFAULT_CONSUMER_GROUP, type Environment, SETTING } from '../../pipeline/settings';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import type { LogSource } from '../../pipeline/stream/log-source';
import { redisFromEnvironment } from '../redis-connection';
import type { WriteLog } from '../structured-log';
import { throttledLog } from '../throttled-log';
import { pastRepair, readRecordsMax } from './past-repair';
import { describeOutcome, type RepairOutcome } from './repair-outcome';
import { repairTopic } from './repair-topic';
import { repairLease, waitingBatches } from './waiting-batch';

/** Some partition could not be repaired: the invocation fails, so that its alarm does. */
export class RepairFailedError extends Error {
  override readonly name = 'RepairFailedError';
}

/** The event asks for a partition that no topic has. */
export class RepairEventError extends Error {
  override readonly name = 'RepairEventError';
}

/** An event without `partition`, as a schedule sends it, means all partitions. */
export interface RepairEvent {
  readonly partition?: number;
}

/** The part of Lambda's context that is read. */
export interface RepairContext {
  readonly getRemainingTimeInMillis: () => number;
}

/** Of the time that is left, what ending takes. */
const endingMs = 30_000;
/** A past is counted so long in one call: a partition that merely waits must not wait for it. */
const sliceMs = 20_000;

/** Throws RepairFailedError, RepairEventError, and where Kafka or Redis is away. */
export type RepairHandler = (event?: unknown, context?: RepairContext) => Promise<readonly RepairOutcome[]>;

/** Of one kind about one partition: each marker of a transaction is a repair of its own, several a second. */
const throttle = { linesMax: 5, withinMs: 60_000 };

function partitionOf(event: unknown): number | undefined {
  const { partition } = (event ?? {}) as { readonly partition?: unknown };
  if (partition === undefined) return undefined;
  if (typeof partition !== 'number' || !Number.isSafeInteger(partition) || partition < 0) {
    throw new RepairEventError(`partition: ${JSON.stringify(partition)}; allowed: a whole number from 0`);
  }
  return partition;
}

/** Who is told what repair has seen. Neither may throw. */
export interface RepairReport {
  noteOutcomes(outcomes: readonly RepairOutcome[]): void;
  /** After a look at all partitions. */
  noteState(redis: RedisClient, nowMs: number): Promise<void>;
}

/** `report`: default nobody is told. Throws ConfigurationError. */
export function createRepairHandler(
  env: Environment,
  logs: LogSource,
  log: WriteLog,
  report?: RepairReport,
): RepairHandler {
  const { sites, topic } = readCountingConfig(env);
  const consumerGroup = env[SETTING.CONSUMER_GROUP] || DEFAULT_CONSUMER_GROUP;
  const rules = { sites, nonce: randomBytes(16).toString('hex') };
  const say = throttledLog(log, throttle);
  let connecting: ReturnType<typeof redisFromEnvironment> | undefined;

  const sayOutcome = (outcome: RepairOutcome): void => {
    const { kind, partition } = outcome;
    if (kind === 'live' || kind === 'rebuilding' || kind === 'rebuilt')
      say(`${kind} ${partition}`, 'warn', describeOutcome(outcome));
    if (kind === 'repaired') say(`repaired ${partition}`, 'info', describeOutcome(outcome));
    if (kind === 'failed') say(`failed ${partition} ${outcome.reason}`, 'error', describeOutcome(outcome));
  };

  const recordsMax = readRecordsMax(env);

  return async (event, context) => {
    const endsMs =
      performance.now() +
      Math.min(sliceMs, (context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY) - endingMs);
    const partition = partitionOf(event);
    connecting ??= redisFromEnvironment(env, log).catch((error: unknown) => {
      // A secret that could not be read is read again at the next invocation.
      connecting = undefined;
      throw error;
    });
    const redis = await connecting;
    const outcomes = await repairTopic(
      {
        logs,
        store: new RedisCommitStore(redis),
        rules,
        topic,
        consumerGroup,
        waitingFrom: waitingBatches(redis),
        lease: repairLease(redis),
        partition,
        past: pastRepair(redis, recordsMax, () => performance.now() >= endsMs),
        onUnprocessable: (shard, offset, error) =>
          log('error', 'record cannot be counted, rejected as unprocessable', {
            partition: shard.partition,
            offset,
            error,
          }),
      },
      sayOutcome,
    );
    report?.noteOutcomes(outcomes);
    if (partition === undefined) await report?.noteState(redis, Date.now());
    const failed = outcomes.filter(({ kind }) => kind === 'failed');
    if (failed.length > 0) throw new RepairFailedError(failed.map(describeOutcome).join('; '));
    return outcomes;
  };
}
