/** The consumer: MSK event in, exact counts in Redis. Wiring alone; see consume-event.ts and pipeline/counting/count-run.ts. */
import { randomBytes } from 'node:crypto';
import { readCountingConfig } from '../../pipeline/counting/counting-config';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { redisFromEnvironment } from '../redis-connection';
import { structuredLog } from '../structured-log';
import { type Consumer, consumeEvent, PartitionsFailedError } from './consume-event';

const log = structuredLog('consumer');
const { sites, partitionCount } = readCountingConfig(process.env);
const rules = { sites, partitionCount, nonce: randomBytes(16).toString('hex') };

let connecting: Promise<Consumer> | undefined;

async function connect(): Promise<Consumer> {
  const store = new RedisCommitStore(await redisFromEnvironment(process.env, log));
  return { store, shards: new ShardDirectory(store), rules, log };
}

/** Resolves once every record of the event is counted; rejects where any is not, so that the event is delivered again. */
export async function handler(event: unknown): Promise<void> {
  connecting ??= connect().catch((error: unknown) => {
    // A secret that could not be read is read again at the next invocation.
    connecting = undefined;
    throw error;
  });
  try {
    await consumeEvent(await connecting, event);
  } catch (error) {
    // A stopped partition is retried for hours; one line said so when it stopped.
    if (!(error instanceof PartitionsFailedError && error.isSaid)) {
      log('error', 'batch not counted', { reason: error instanceof Error ? error.message : String(error) });
    }
    throw error;
  }
}
