/** What each operation does to the world. One function a kind; each does nothing where there is nothing for it to do. */
import { batchFrom, bisect, deliver, nextBatch, nextBatches, pieces } from './deliver';
import { partitionOf } from './model/placement';
import type { DrawnWrite, Operation, OperationKind } from './operation';
import type { Invocation, World } from './world';

type Apply<K extends OperationKind> = (
  world: World,
  operation: Extract<Operation, { kind: K }>,
) => Promise<unknown> | unknown;

function pickPartition({ topic }: World, pick: number): number {
  return pick % topic.partitions.length;
}

function pickRunning({ running }: World, pick: number): Invocation | undefined {
  return running[pick % Math.max(1, running.length)];
}

function write({ topic }: World, { placedBy, record, stepMs }: DrawnWrite): void {
  const partitions = topic.partitions.length;
  let partition = placedBy === 'key' ? 0 : placedBy % partitions;
  if (placedBy === 'key' && 'site' in record)
    partition = partitionOf(record.site, record.visitor, partitions);
  topic.write(partition, record, stepMs);
}

function resend({ topic }: World, pick: number, elsewhere: boolean): void {
  const written = topic.partitions.flatMap(({ entries }, partition) =>
    entries.flatMap((record) => (record === undefined ? [] : [{ partition, record }])),
  );
  // Of the newest, that both sides of the window are met; of all, that repairs come between.
  const recent = pick % 2 === 0 ? written.slice(-8) : written;
  const found = recent[(pick >>> 1) % Math.max(1, recent.length)];
  if (found === undefined) return;
  const { partition, record } = found;
  topic.writeAgain(elsewhere ? (partition + 1) % topic.partitions.length : partition, record);
}

async function split(
  world: World,
  { pick, size, pieces: count, reversed }: Extract<Operation, { kind: 'split' }>,
): Promise<void> {
  const batch = nextBatch(world, pickPartition(world, pick), size);
  const cut = batch === undefined ? [] : pieces(batch, count);
  for (const piece of reversed ? cut.reverse() : cut) await deliver(world, piece);
}

async function runRepair(world: World): Promise<void> {
  const { task } = await world.beginRepair();
  await task.runToEnd();
}

const apply: { readonly [K in OperationKind]: Apply<K> } = {
  produce: (world, { writes }) => {
    for (const one of writes) write(world, one);
  },
  resend: (world, { pick, elsewhere }) => resend(world, pick, elsewhere),
  holes: (world, { pick, count }) => world.topic.writeHoles(pickPartition(world, pick), count),
  advance: (world, { ms }) => {
    world.topic.logMs += ms;
  },
  'wall clock': (world, { aheadMs }) => {
    world.wallAheadMs = aheadMs;
  },
  deliver: (world, { pick, size }) => deliver(world, nextBatch(world, pickPartition(world, pick), size)),
  'deliver all': (world, { size, reversed }) => deliver(world, ...nextBatches(world, size, reversed)),
  duplicate: (world, { pick, back, size }) => {
    const partition = pickPartition(world, pick);
    const { groupOffset = 0 } = world.topic.partition(partition);
    return deliver(world, batchFrom(world, partition, groupOffset - back, Math.min(back, size)));
  },
  overlap: (world, { pick, back, size }) => {
    const partition = pickPartition(world, pick);
    const { groupOffset = 0 } = world.topic.partition(partition);
    return deliver(world, batchFrom(world, partition, groupOffset - back, back + size));
  },
  split,
  bisect: (world, { pick, size }) => bisect(world, nextBatch(world, pickPartition(world, pick), size)),
  'give up': (world, { pick, size }) => {
    const partition = pickPartition(world, pick);
    const batch = nextBatch(world, partition, size);
    if (batch !== undefined) world.topic.partition(partition).groupOffset = batch.to;
  },
  begin: async (world, { pick, size, ahead }) => {
    const partition = pickPartition(world, pick);
    const underWay = world.running
      .flatMap(({ batches }) => batches)
      .filter((batch) => batch.partition === partition);
    const { groupOffset = 0 } = world.topic.partition(partition);
    const from = ahead ? Math.max(groupOffset, ...underWay.map(({ to }) => to)) : groupOffset;
    const batch = batchFrom(world, partition, from, size);
    if (batch !== undefined) await world.begin([batch]);
  },
  'late twin': async (world, { pick }) => {
    const twin = pickRunning(world, pick);
    if (twin !== undefined && twin.batches.length > 0) await world.begin(twin.batches);
  },
  'begin repair': async (world, { partition }) => {
    await world.beginRepair(partition === undefined ? undefined : pickPartition(world, partition));
  },
  step: async (world, { pick, steps, end }) => {
    const task = pickRunning(world, pick)?.task;
    for (let step = 1; step <= steps; step++) await task?.step(step < steps ? 'answered' : end);
  },
  finish: (world, { pick }) => pickRunning(world, pick)?.task.runToEnd(),
  repair: runRepair,
  rebuild: (world, { pick }) => world.rebuild(pickPartition(world, pick)),
  'begin rebuild': async (world, { partition }) => {
    await world.beginRebuild(partition === undefined ? undefined : pickPartition(world, partition));
  },
  'flush scripts': (world) => world.redis.script('FLUSH'),
  'fail over': (world, { pick, lostCommits }) =>
    world.effects.lose(world.redis, lostCommits, pick === undefined ? undefined : pickPartition(world, pick)),
  'break off': (world, { atWrite }) => world.wire.arm({ kind: 'break off', atWrite }),
  'out of memory': (world) => world.wire.arm({ kind: 'out of memory' }),
  retention: (world, { pick, share }) => {
    const partition = world.topic.partition(pickPartition(world, pick));
    const { logStart, logEnd } = partition;
    partition.logStart = logStart + Math.floor(((logEnd - logStart) * share) / 100);
  },
  grow: (world, { partitions }) => world.growTo(partitions),
};

/** Throws Violation where the system does what it must not. */
export async function applyOperation(world: World, operation: Operation): Promise<void> {
  // The table has for each kind the function of that very kind.
  await (apply[operation.kind] as Apply<OperationKind>)(world, operation);
  world.sweep();
}
