/** The event source of a history: which records a batch holds. Where the log's head is gone, it goes on at the log's start. */
import type { Batch, World } from './world';

function isBatch(batch: Batch | undefined): batch is Batch {
  return batch !== undefined && batch.records.length > 0;
}

/** At most `size` records from the offset on; undefined where there are none. */
export function batchFrom(world: World, partition: number, from: number, size: number): Batch | undefined {
  const of = world.topic.partition(partition);
  const records = of.read(Math.max(0, from), of.logEnd).slice(0, size);
  const last = records.at(-1);
  return last === undefined ? undefined : { partition, records, to: last.offset + 1 };
}

export function nextBatch(world: World, partition: number, size: number): Batch | undefined {
  return batchFrom(world, partition, world.topic.partition(partition).groupOffset ?? 0, size);
}

/** One batch of each partition in one event. */
export function nextBatches(world: World, size: number, reversed: boolean): Batch[] {
  const batches = world.topic.partitions
    .map((_, partition) => nextBatch(world, partition, size))
    .filter(isBatch);
  return reversed ? batches.reverse() : batches;
}

/** The batch in pieces of about equal size. */
export function pieces(batch: Batch, count: number): Batch[] {
  const { partition, records } = batch;
  const size = Math.ceil(records.length / count);
  const cut: Batch[] = [];
  for (let at = 0; at < records.length; at += size) {
    const piece = records.slice(at, at + size);
    cut.push({ partition, records: piece, to: (piece.at(-1) as (typeof piece)[number]).offset + 1 });
  }
  return cut;
}

/** Delivers the batches as one event, to the end of the invocation. Answers whether it failed. */
export async function deliver(world: World, ...batches: readonly (Batch | undefined)[]): Promise<boolean> {
  const given = batches.filter(isBatch);
  if (given.length === 0) return true;
  const { task } = await world.begin(given);
  await task.runToEnd();
  return task.error === undefined;
}

/** The batch fails, as by a crash, and is halved until single records pass or fail. */
export async function bisect(world: World, batch: Batch | undefined): Promise<void> {
  if (batch === undefined || batch.records.length === 0) return;
  if (batch.records.length === 1) {
    await deliver(world, batch);
    return;
  }
  const { task } = await world.begin([batch]);
  await task.step('lost before');
  await task.runToEnd();
  for (const half of pieces(batch, 2)) await bisect(world, half);
}
