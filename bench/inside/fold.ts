/**
 * The handler without Redis, beside a bare loop that decodes and parses the same records and does nothing else. Both in one
 * process and in turns, the order reversed each round, so that whatever disturbs the one disturbs the other as well.
 */
import { type Consumer, consumeEvent } from '../../lambdas/consumer/consume-event';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { median } from '../figures';
import { benchSite, medianViewBytes } from '../simulated-log';
import { answer } from './answer';
import {
  type Batch,
  batchesOf,
  benchTopic,
  type SmallBatch,
  simulatePartition,
  smallBatches,
} from './batches';
import { readScriptCall } from './script-call';

export interface FoldQuestion {
  readonly events: number;
  readonly rounds: number;
}

export interface FoldAnswer {
  /** Events a second by the clock; all are medians over the rounds. */
  readonly handlerRate: number;
  readonly bareRate: number;
  /** Rate of the handler divided by that of the bare loop, round by round. */
  readonly ratio: number;
  /** Processor time, nanoseconds an event: what others burn meanwhile lengthens it less than it does the clock's. */
  readonly handlerCpuNs: number;
  readonly bareCpuNs: number;
  /** The same in small batches. */
  readonly smallCpuNs: Readonly<Record<SmallBatch, number>>;
  /** Of an invocation, by event. */
  readonly payloadBytes: number;
  readonly viewBytes: number;
  readonly commitsPerBatch: number;
}

/**
 * Stands where Redis would: it knows every batch as the shard's next one, no mark, nothing due, and takes every commit. So all that the
 * handler does for itself is done, packing included, and nothing that a server would do.
 */
class AnsweringRedis {
  next = 0;
  logTimeMs = 0;
  commits = 0;

  hmget(): Promise<(string | null)[]> {
    return Promise.resolve([null, null]);
  }

  callBuffer(...call: (string | number | Buffer)[]): Promise<unknown> {
    const asked = readScriptCall(call);
    if (asked.script === 'look-up') {
      const places = Buffer.alloc(asked.identities.length / 16);
      const [next, logTime] = [this.next, this.logTimeMs].map((n) => Buffer.from(String(n)));
      const unset = [null, null, null];
      const site = Buffer.from(benchSite);
      return Promise.resolve([next, null, logTime, [site], places, [], null, null, unset, unset]);
    }
    if (asked.script === 'commit') {
      this.commits += 1;
      this.next = asked.nextOffset;
    }
    return Promise.resolve([Buffer.from('applied'), this.next]);
  }
}

/** Of the small ones, a round: enough to tell. */
const batchesMax = 500;
let parsed = 0;

function parseBarely({ records }: Batch): void {
  for (const { value } of records) {
    if (typeof value !== 'string') continue;
    try {
      // What is parsed is used, so that no compiler can leave it out.
      if (JSON.parse(Buffer.from(value, 'base64').toString()) !== undefined) parsed += 1;
    } catch {
      // One record in two hundred is broken on purpose.
    }
  }
}

/** Nanoseconds an event. */
interface Timing {
  readonly clockNs: number;
  readonly cpuNs: number;
}

async function time(events: number, work: () => Promise<void> | void): Promise<Timing> {
  const cpuBefore = process.cpuUsage();
  const from = process.hrtime.bigint();
  await work();
  const clockNs = Number(process.hrtime.bigint() - from) / events;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { clockNs, cpuNs: ((user + system) * 1_000) / events };
}

answer<FoldQuestion, FoldAnswer>(async ({ events, rounds }) => {
  const log = simulatePartition(events);
  const batches = batchesOf(benchTopic, log);
  const redis = new AnsweringRedis();
  const store = new RedisCommitStore(redis as unknown as RedisClient);
  const rules = {
    sites: { listed: new Set([benchSite]), defaultSite: benchSite },
    partitionCount: 1,
    nonce: 'b3nchb3nchb3nchb3nch',
  };
  const consumer: Consumer = { store, shards: new ShardDirectory(store), rules, log: () => undefined };
  const small = smallBatches.map((size) => {
    const some = log.slice(0, batchesMax * size);
    return {
      size,
      records: some.length,
      batches: batchesOf(benchTopic, some, size),
      timings: [] as Timing[],
    };
  });
  const smallCount = small.reduce((sum, of) => sum + of.batches.length, 0);
  const bare = (): void => batches.forEach(parseBarely);
  const handle = async (of: readonly Batch[]): Promise<void> => {
    for (const batch of of) {
      redis.next = batch.firstOffset;
      redis.logTimeMs = batch.firstTimestampMs;
      await consumeEvent(consumer, batch.event);
    }
  };
  const bareTimings: Timing[] = [];
  const handlerTimings: Timing[] = [];
  const measures = [
    async () => void bareTimings.push(await time(log.length, bare)),
    async () => void handlerTimings.push(await time(log.length, () => handle(batches))),
    ...small.map(
      ({ records, batches: of, timings }) =>
        async () =>
          void timings.push(await time(records, () => handle(of))),
    ),
  ];
  // The first round is for the compiler.
  for (let round = 0; round <= rounds; round += 1) {
    for (const measure of round % 2 === 0 ? measures : measures.toReversed()) await measure();
  }
  if (parsed === 0) throw new Error('the bare loop parsed nothing');
  const [ofBare, ofHandler] = [bareTimings.slice(1), handlerTimings.slice(1)];
  return {
    handlerRate: 1e9 / median(ofHandler.map(({ clockNs }) => clockNs)),
    bareRate: 1e9 / median(ofBare.map(({ clockNs }) => clockNs)),
    ratio: median(ofHandler.map(({ clockNs }, i) => (ofBare[i] as Timing).clockNs / clockNs)),
    handlerCpuNs: median(ofHandler.map(({ cpuNs }) => cpuNs)),
    bareCpuNs: median(ofBare.map(({ cpuNs }) => cpuNs)),
    smallCpuNs: Object.fromEntries(
      small.map(({ size, timings }) => [size, median(timings.slice(1).map(({ cpuNs }) => cpuNs))]),
    ) as Record<SmallBatch, number>,
    payloadBytes: batches.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0) / log.length,
    viewBytes: medianViewBytes(log),
    commitsPerBatch: redis.commits / ((batches.length + smallCount) * (rounds + 1)),
  };
});
