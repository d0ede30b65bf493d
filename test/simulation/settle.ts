/**
 * Brings a history to its end, as time would: what is under way ends, torn shards are counted anew, everything is delivered and repaired,
 * and log time goes on with heartbeats until nothing is due any more. What never settles is a violation.
 */
import type { Redis } from 'ioredis';
import { deliver, nextBatch } from './deliver';
import { Violation } from './task';
import type { World } from './world';

const roundsMax = 12;
/** Each commit works off fifty entries of the due index (limits.ts); a history makes a few hundred. */
const heartbeatsMax = 60;
const wholeBacklog = 1_000;
/** Longer than a process counts on without asking which generation is read. */
const roundMs = 11_000;

async function finishRunning(world: World): Promise<void> {
  while (world.running.length > 0) {
    await world.running[0]?.task.runToEnd();
    world.sweep();
  }
}

async function repair(world: World): Promise<void> {
  const { task } = await world.beginRepair();
  await task.runToEnd();
  world.sweep();
}

function isCaughtUp(world: World, partition: number): boolean {
  const { hasNext, next, isTorn } = world.progress(partition);
  return hasNext && !isTorn && next === world.topic.partition(partition).logEnd;
}

async function catchUp(world: World): Promise<void> {
  const partitions = world.topic.partitions.map((_, partition) => partition);
  for (let round = 0; round < roundsMax; round++) {
    for (const partition of partitions) {
      const { isTorn, movedTo } = world.progress(partition);
      if (isTorn || movedTo !== undefined) await world.rebuild(partition);
      for (;;) {
        const batch = nextBatch(world, partition, wholeBacklog);
        if (batch === undefined || !(await deliver(world, batch))) break;
      }
    }
    await repair(world);
    if (partitions.every((partition) => isCaughtUp(world, partition))) return;
    world.topic.logMs += roundMs;
  }
  const where = partitions.map((partition) =>
    JSON.stringify({ ...world.progress(partition), fates: undefined }),
  );
  throw new Violation(`does not settle: ${where.join(' ')}`);
}

/** Whatever a process remembers, what it is given now it counts where it is read, without repair. */
async function countWhereRead(world: World): Promise<void> {
  world.topic.logMs += roundMs;
  for (const [partition] of world.topic.partitions.entries()) {
    world.topic.write(partition, { kind: 'heartbeat' }, 0);
    await deliver(world, nextBatch(world, partition, wholeBacklog));
    if (!isCaughtUp(world, partition))
      throw new Violation(`partition ${partition}: a process counts where nobody reads`);
  }
}

/** Entries of the due index below log time: what is still to be worked off. */
async function isSomethingDue(world: World, redis: Redis, partition: number): Promise<boolean> {
  const tag = world.tag(partition);
  const logTime = await redis.hget(`${tag}:state`, 'logTime');
  return (await redis.zcount(`${tag}:due`, '-inf', `(${logTime ?? 0}`)) > 0;
}

export async function settle(world: World): Promise<void> {
  world.wire.disarm();
  await finishRunning(world);
  // So that every partition ends with a record: nothing proves a hole that nothing follows.
  world.topic.partitions.forEach((_, partition) => {
    world.topic.write(partition, { kind: 'heartbeat' }, 0);
  });
  await catchUp(world);
  await countWhereRead(world);
  for (const [partition] of world.topic.partitions.entries()) {
    for (let beats = 0; await isSomethingDue(world, world.redis, partition); beats++) {
      if (beats >= heartbeatsMax)
        throw new Violation(`partition ${partition}: what is due is never worked off`);
      world.topic.write(partition, { kind: 'heartbeat' }, 0);
      await deliver(world, nextBatch(world, partition, wholeBacklog));
    }
  }
}
