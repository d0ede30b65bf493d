/** The programs of the small space, each call of theirs a step: the consumer with one batch, and repair. */

import type { Redis } from 'ioredis';
import { consumeEvent } from '../../../lambdas/consumer/consume-event';
import { repairTopic } from '../../../lambdas/repair/repair-topic';
import { ShardDirectory } from '../../../pipeline/counting/shard-directory';
import type { CommitStore, ShardLookUp } from '../../../pipeline/store/store-port';
import { mskEvent } from '../../support/build-msk-event';
import { DEFAULT_SITE } from '../drawn-record';
import { type MemoryTopic, memoryLogSource } from '../memory-topic';
import { Task } from '../task';
import type { Mutation, SteppedStore } from '../world';

const nonce = 'historynonce0123456789';
const sites = { listed: new Set([DEFAULT_SITE]), defaultSite: DEFAULT_SITE };
const wallMs = Date.UTC(2026, 0, 16);

/** Starts the program anew, up to its first call. */
export type StartProgram = () => Promise<Task>;

type Asker = 'consumer' | 'repair';

const notMoved: ShardLookUp = {
  next: undefined,
  torn: false,
  wrongLog: false,
  last: undefined,
  checked: undefined,
  movedTo: undefined,
  logTimeMs: 0,
  sites: new Set(),
  markSlices: [],
  digests: Buffer.alloc(0),
  asked: [],
  firstPlaces: [],
  due: [],
};

function steppedStore(real: CommitStore, task: Task, asker: Asker): SteppedStore {
  return {
    task,
    lookUp: (shard, atMs, identities) =>
      // The consumer asks so whether its shard was moved, and none is here: answered at once, as what is below.
      asker === 'consumer' && identities.length === 0
        ? Promise.resolve(notMoved)
        : task.suspend(`look up ${identities.map((identity) => identity?.messageId)} at ${atMs}`, () =>
            real.lookUp(shard, atMs, identities),
          ),
    commit: (shard, rollUp, found, _, last) => {
      const { firstOffset, nextOffset, logTimeMs, ledger, marks } = rollUp;
      const what = JSON.stringify([logTimeMs, ledger, marks, found.due]);
      return task.suspend(`commit [${firstOffset}, ${nextOffset}) ${what}`, () =>
        real.commit(shard, rollUp, found, wallMs, last),
      );
    },
    isTooLarge: (rollUp) => real.isTooLarge(rollUp),
    initialise: (...asked) => task.suspend('initialise', () => real.initialise(...asked)),
    passOver: (...asked) => task.suspend('pass over', () => real.passOver(...asked)),
    markWrongLog: (...asked) => task.suspend('close', () => real.markWrongLog(...asked)),
    // Of no shard: they cannot change what is counted, and are answered at once.
    markChecked: async () => undefined,
    reportBehind: async () => undefined,
    generation: async () => 1,
    announcePartition: async () => undefined,
  };
}

export interface Stage {
  readonly redis: Redis;
  readonly store: CommitStore;
  readonly topic: MemoryTopic;
  readonly mutation: Mutation;
}

function storeFor({ redis, store, mutation }: Stage, task: Task, asker: Asker): CommitStore {
  const stepped = steppedStore(store, task, asker);
  return mutation.store?.(stepped, redis) ?? stepped;
}

/** The consumer is given the record at the offset. */
export function consumerOf(stage: Stage, offset: number): StartProgram {
  const { topic } = stage;
  return () =>
    Task.start(`consumer of ${offset}`, async (task) => {
      const store = storeFor(stage, task, 'consumer');
      const rules = { sites, partitionCount: 1, nonce };
      const consumer = { store, shards: new ShardDirectory(store), rules, log: () => undefined };
      await consumeEvent(consumer, mskEvent(topic.name, { 0: topic.partition(0).read(offset, offset + 1) }));
    });
}

export function repairOf(stage: Stage): StartProgram {
  const { topic } = stage;
  return () =>
    Task.start('repair', async (task) => {
      await repairTopic({
        // The log stands still: when it is read makes no difference.
        logs: memoryLogSource(topic, async (_, perform) => perform()),
        store: storeFor(stage, task, 'repair'),
        rules: { sites, nonce },
        topic: topic.name,
        consumerGroup: 'consumer',
        waitingFrom: async () => undefined,
      });
    });
}
