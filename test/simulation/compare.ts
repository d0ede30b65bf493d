/** The store against the model, both ways: a cell that differs, one that is missing, one that is too many. */
import type { Cells } from './model/model-cells';
import { type Estimate, modelCells } from './model/model-cells';
import { ModelShard } from './model/model-shard';
import { usualBounds } from './model/rules';
import { storedCells } from './stored-cells';
import { Violation } from './task';
import type { World } from './world';

export interface Comparison {
  readonly cells: number;
  /** One line each. */
  readonly differences: readonly string[];
}

/** A key that no shard has; deleted again at once. */
const scratchKey = 'estimate';
const estimates = new Map<string, number>();

function estimateBy(world: World): Estimate {
  return async (digests) => {
    const name = [...digests].sort().join(',');
    const known = estimates.get(name);
    if (known !== undefined) return known;
    await world.redis.pfadd(scratchKey, ...digests);
    const count = await world.redis.pfcount(scratchKey);
    await world.redis.del(scratchKey);
    estimates.set(name, count);
    return count;
  };
}

/** Every offset from the start on is counted, empty or lost, and nothing is lost that the log still held: settled and watched before. */
function checkLedger(shard: ModelShard, partition: number): void {
  const { progress, ledger } = shard;
  const sum = [...ledger].reduce(
    (total, [term, count]) => total + (/^(late|skewed)$|^edge:/.test(term) ? 0 : count),
    0,
  );
  if (sum !== progress.next - progress.start)
    throw new Violation(
      `partition ${partition}: ${sum} offsets in the ledger, ${progress.start} to ${progress.next}`,
    );
}

async function expectedCells(world: World): Promise<Cells> {
  const { topic, options } = world;
  const bounds = options.bounds ?? usualBounds;
  const all: Cells = new Map();
  for (const [partition, log] of topic.partitions.entries()) {
    const shard = new ModelShard(partition, world.progress(partition), log, options.anySite, bounds);
    checkLedger(shard, partition);
    const tag = world.tag(partition);
    const { generation } = world.progress(partition);
    if (generation > 1) all.set(`{${topic.name}}:topology|generation:${partition}`, String(generation));
    for (const [cell, value] of await modelCells(tag, shard, bounds, estimateBy(world))) all.set(cell, value);
  }
  all.set(`{${topic.name}}:topology|partitions`, String(topic.partitions.length));
  return all;
}

export function differencesOf(expected: Cells, stored: Cells): string[] {
  const differences: string[] = [];
  for (const [cell, value] of expected) {
    const found = stored.get(cell);
    if (found !== value) differences.push(`${cell}: ${found ?? 'nothing'} is stored, the model has ${value}`);
  }
  for (const [cell, value] of stored)
    if (!expected.has(cell)) differences.push(`${cell}: ${value} is stored, the model has nothing`);
  return differences;
}

export async function compare(world: World): Promise<Comparison> {
  const expected = await expectedCells(world);
  const stored = await storedCells(world.redis);
  // An old generation stays until it is dropped; nobody reads it.
  const tags = world.topic.partitions.map((_, partition) => world.tag(partition));
  for (const cell of stored.keys())
    if (/^\{[^}]*\.\d+:\d+\}/.test(cell) && !tags.some((tag) => cell.startsWith(tag))) stored.delete(cell);
  // What a rebuild that died has noted for the next one.
  for (const cell of stored.keys())
    if (/:topology\|(building|switching|target):\d+$/.test(cell)) stored.delete(cell);
  return { cells: expected.size, differences: differencesOf(expected, stored) };
}
