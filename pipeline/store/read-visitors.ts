/**
 * Visitors of cells that lie in several shards, or of several cells of one shard: from numbers where they add up, from the
 * exact sets where these are small, else from HyperLogLogs. Answers are kept as long as no cell has changed.
 */
import { decodeRegisters, type Registers } from '../core/hyperloglog';
import { addVisitors, mustUnite, NO_VISITORS, uniteMembers, uniteRegisters } from '../core/merge-visitors';
import type { VisitorCount } from '../core/snapshot';
import { visitorHllKey, visitorSetKey } from './keys';
import { BoundedCache, DerivedCache } from './read-cache';
import type { CellReading } from './read-cells';
import { readBytes, readTogether } from './read-commands';
import type { RedisClient } from './redis-client';

/** Cells of one shard. */
export interface ShardCells {
  readonly tag: string;
  readonly cells: readonly CellReading[];
}

/** Members of one shard that are transferred to be united, about ten milliseconds' work for all shards together. */
export const membersPerShardMax = 5_000;
export const membersMax = 20_000;
/** Registers held, 16 KB each. */
const registersMax = 2_000;
const answersMax = 10_000;

function visitorsOf({ visitors }: CellReading): VisitorCount {
  return visitors ?? NO_VISITORS;
}

function inhabited(cells: readonly CellReading[]): CellReading[] {
  return cells.filter((cell) => visitorsOf(cell).count > 0);
}

function memberSum(cells: readonly CellReading[]): number {
  return cells.reduce((sum, cell) => sum + visitorsOf(cell).count, 0);
}

/** True where each cell's exact set is still there. */
function haveSets(cells: readonly CellReading[]): boolean {
  return cells.every(({ counts }) => !counts.isPromoted && counts.sealed === undefined);
}

export class VisitorReader {
  private readonly answers = new DerivedCache<VisitorCount>(answersMax);
  private readonly registers = new BoundedCache<{ readonly cell: CellReading; readonly value: Registers }>(
    registersMax,
  );

  constructor(private readonly redis: RedisClient) {}

  /** Visitors of the cells together, each counted once. `name`: of the question, the same each time it is asked. */
  async read(name: string, shards: readonly ShardCells[]): Promise<VisitorCount> {
    const placements = shards.flatMap(({ cells }) => {
      const [first, ...more] = inhabited(cells).map(({ counts }) => counts);
      if (first === undefined) return [];
      const isMixed = more.some(({ partitionCount }) => partitionCount !== first.partitionCount);
      return [
        {
          partitionCount: first.partitionCount ?? 0,
          unite: isMixed || [first, ...more].some((it) => it.unite),
        },
      ];
    });
    if (mustUnite(placements)) {
      const from = shards.flatMap(({ cells }) => cells);
      return this.answers.get(name, from, () => this.unite(shards));
    }
    if (shards.every(({ cells }) => cells.length <= 1)) {
      return addVisitors(shards.flatMap(({ cells }) => cells.map(visitorsOf)));
    }
    const mayUseSets =
      shards.reduce((sum, { cells }) => sum + (haveSets(inhabited(cells)) ? memberSum(cells) : 0), 0) <=
      membersMax;
    const counts = await Promise.all(
      shards.map(({ tag, cells }) => {
        const [only, ...more] = inhabited(cells);
        if (only === undefined || more.length === 0)
          return only === undefined ? NO_VISITORS : visitorsOf(only);
        const key = `${name} ${tag} ${mayUseSets}`;
        return this.answers.get(key, cells, () => this.countWithin([only, ...more], mayUseSets));
      }),
    );
    return addVisitors(counts);
  }

  /** Visitors of several cells of one shard. */
  private async countWithin(cells: readonly CellReading[], mayUseSets: boolean): Promise<VisitorCount> {
    if (mayUseSets && memberSum(cells) <= membersPerShardMax) {
      const members = await this.readMembers(cells);
      if (members !== undefined) return uniteMembers([members]);
    }
    const command = ['PFCOUNT', ...cells.map(({ key }) => visitorHllKey(key))] as const;
    const [count] = await readTogether(this.redis, [command]);
    return { count: Number(count), exact: false };
  }

  private async unite(shards: readonly ShardCells[]): Promise<VisitorCount> {
    const groups = shards.map(({ cells }) => inhabited(cells)).filter((cells) => cells.length > 0);
    if (groups.reduce((sum, cells) => sum + memberSum(cells), 0) <= membersMax) {
      const sets = await Promise.all(groups.map((cells) => this.readMembers(cells)));
      if (sets.every((members) => members !== undefined)) return uniteMembers(sets);
    }
    return this.uniteByRegisters(groups);
  }

  /** The exact union of the cells' sets; undefined where one of them is gone, be it since the counts were read. */
  private async readMembers(cells: readonly CellReading[]): Promise<readonly string[] | undefined> {
    if (!haveSets(cells)) return undefined;
    const [reply] = await readTogether(this.redis, [
      ['SUNION', ...cells.map(({ key }) => visitorSetKey(key))],
    ]);
    const members = reply as readonly string[];
    return cells.every((cell) => members.length >= visitorsOf(cell).count) ? members : undefined;
  }

  /** Estimate of the union by HyperLogLogs, whatever the sets say. */
  async uniteByRegisters(groups: readonly (readonly CellReading[])[]): Promise<VisitorCount> {
    const all = (await Promise.all(groups.map((cells) => this.readRegisters(cells)))).flat();
    if (all.every((registers) => registers !== undefined)) return uniteRegisters(all);
    // The minutes' HyperLogLogs live shorter than their counts: what is left is the sum, an upper bound.
    return { ...addVisitors(groups.flat().map(visitorsOf)), exact: false };
  }

  private async readRegisters(cells: readonly CellReading[]): Promise<(Registers | undefined)[]> {
    const all = cells.map((cell) => {
      const held = this.registers.get(cell.key);
      return held?.cell === cell ? held.value : undefined;
    });
    const missing = cells.flatMap((cell, i) => (all[i] === undefined ? [{ cell, i }] : []));
    const replies = await readBytes(
      this.redis,
      missing.map(({ cell }) => visitorHllKey(cell.key)),
    );
    missing.forEach(({ cell, i }, at) => {
      const bytes = replies[at];
      if (bytes === null || bytes === undefined) return;
      const value = decodeRegisters(bytes);
      all[i] = value;
      this.registers.set(cell.key, { cell, value });
    });
    return all;
  }
}
