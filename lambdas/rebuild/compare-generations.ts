/**
 * Compares two generations of a shard, cell by cell, as they stand at the same offset. What depends on where the log was cut and
 * not on what it holds is left out: the latency histogram, the due index, and which values of a dimension gave way (their
 * sums are compared). So are marks of how buckets were placed where the topic has grown since.
 */
import { decodeRegisters } from '../../pipeline/core/hyperloglog';
import { COUNT, dueKey, latencyKey, STATE } from '../../pipeline/store/keys';
import type { ContentValue, ShardContent } from '../../pipeline/store/shard-content';
import { kindOf } from './cell-kind';

export interface CellDifference {
  readonly kind: string;
  /** The key's name after the tag, and the field. As bytes (latin1): it may hold what visitors wrote. */
  readonly cell: string;
  /** As the generation that is counted has it; `-` where it does not. */
  readonly counted: string;
  readonly rebuilt: string;
}

export interface KindTally {
  readonly compared: number;
  readonly differing: number;
}

export interface GenerationComparison {
  readonly kinds: ReadonlyMap<string, KindTally>;
  /** The first of them, `differencesMax` at most. */
  readonly differences: readonly CellDifference[];
}

export const differencesMax = 20;
const absent = '-';

/** What says where and how a shard came about, and not what it counted. */
const stateLeftOut: ReadonlySet<string> = new Set([
  STATE.schema,
  STATE.startedAt,
  STATE.torn,
  STATE.moved,
  STATE.wrongLog,
  STATE.carriedUntil,
  STATE.checkedOffset,
  STATE.checkedTimestamp,
  STATE.checkedDigest,
]);
const keysLeftOut: ReadonlySet<string> = new Set([dueKey(''), latencyKey('')]);

class Tally {
  readonly kinds = new Map<string, { compared: number; differing: number }>();
  readonly differences: CellDifference[] = [];

  cell(kind: string, cell: string, counted: string | undefined, rebuilt: string | undefined): void {
    const tally = this.kinds.get(kind) ?? { compared: 0, differing: 0 };
    this.kinds.set(kind, tally);
    tally.compared += 1;
    if (counted === rebuilt) return;
    tally.differing += 1;
    if (this.differences.length >= differencesMax) return;
    this.differences.push({ kind, cell, counted: counted ?? absent, rebuilt: rebuilt ?? absent });
  }
}

type Fields = ReadonlyMap<string, string>;
const none: Fields = new Map();

function union(a: Iterable<string>, b: Iterable<string>): Set<string> {
  return new Set([...a, ...b]);
}

/** Where values gave way in either, their dimension is one cell: the sum of its values and of what gave way. */
function sumsOfCapped(a: Fields, b: Fields): [Fields, Fields] {
  const capped = new Set([...union(a.keys(), b.keys())].filter((field) => field[1] === '*').map((f) => f[0]));
  const summed = (fields: Fields): Fields => {
    const result = new Map<string, string>();
    for (const [field, count] of fields) {
      if (field[1] === '#') continue;
      const cell = capped.has(field[0]) ? `${field[0]}*` : field;
      result.set(cell, String(Number(result.get(cell) ?? 0) + Number(count)));
    }
    return result;
  };
  return [summed(a), summed(b)];
}

function compareFields(tally: Tally, name: string, a: Fields, b: Fields): void {
  // A bucket that was counted while the topic grew is marked, also where the rebuilt one has no record that lies elsewhere by now.
  const isPlacedAlike =
    a.get(COUNT.parts) === b.get(COUNT.parts) && (!a.has(COUNT.unite) || b.has(COUNT.unite));
  const isDimensions = /:[dx]$/.test(name) || name.startsWith(':pages:');
  const [some, others] = isDimensions ? sumsOfCapped(a, b) : [a, b];
  for (const field of union(some.keys(), others.keys())) {
    if (!isPlacedAlike && !isDimensions && (field === COUNT.parts || field === COUNT.unite)) continue;
    tally.cell(kindOf(name, field), `${name} ${field}`, some.get(field), others.get(field));
  }
}

function textOf(value: ContentValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.type === 'list') return value.items.join(' ');
  if (value.type === 'set') return [...value.members].sort().join(' ');
  if (value.type === 'zset') {
    return [...value.scores]
      .map(([member, score]) => `${score} ${member}`)
      .sort()
      .join('\n');
  }
  if (value.type === 'string') return Buffer.from(decodeRegisters(value.bytes)).toString('latin1');
  return undefined;
}

function sizeOf(value: ContentValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.type === 'list') return `${value.items.length} entries`;
  if (value.type === 'set') return `${value.members.size} members`;
  if (value.type === 'zset') return `${value.scores.size} members`;
  return value.type === 'string' ? 'registers' : undefined;
}

/** One cell: what differs in it is told by size, since it may be bytes, or thousands of members. */
function compareWhole(
  tally: Tally,
  name: string,
  a: ContentValue | undefined,
  b: ContentValue | undefined,
): void {
  if (textOf(a) === textOf(b)) {
    tally.cell(kindOf(name), name, '', '');
    return;
  }
  const [some, others] = [sizeOf(a) ?? absent, sizeOf(b) ?? absent];
  tally.cell(kindOf(name), name, some, some === others ? `${others}, not the same` : others);
}

/** Both settled (settle-content.ts), and at the same offset. Throws RangeError where they are not. */
export function compareGenerations(counted: ShardContent, rebuilt: ShardContent): GenerationComparison {
  const [at, reached] = [counted.state.get(STATE.next), rebuilt.state.get(STATE.next)];
  if (at !== reached) throw new RangeError(`one is at offset ${at}, the other at ${reached}`);
  const tally = new Tally();
  for (const field of union(counted.state.keys(), rebuilt.state.keys())) {
    if (stateLeftOut.has(field)) continue;
    // Of a shard without a counted record it is that of whatever record the log had first when the shard was made.
    if (field === STATE.logTime && ![counted, rebuilt].some(({ state }) => state.has(STATE.lastOffset)))
      continue;
    tally.cell('ledger', `:state ${field}`, counted.state.get(field), rebuilt.state.get(field));
  }
  for (const name of union(counted.values.keys(), rebuilt.values.keys())) {
    if (keysLeftOut.has(name)) continue;
    const [a, b] = [counted.values.get(name), rebuilt.values.get(name)];
    if ((a ?? b)?.type === 'hash') {
      compareFields(tally, name, a?.type === 'hash' ? a.fields : none, b?.type === 'hash' ? b.fields : none);
    } else {
      compareWhole(tally, name, a, b);
    }
  }
  return { kinds: tally.kinds, differences: tally.differences };
}

/** Of all partitions together. */
export function sumComparisons(all: readonly GenerationComparison[]): GenerationComparison {
  const kinds = new Map<string, { compared: number; differing: number }>();
  for (const comparison of all) {
    for (const [kind, { compared, differing }] of comparison.kinds) {
      const sum = kinds.get(kind) ?? { compared: 0, differing: 0 };
      kinds.set(kind, { compared: sum.compared + compared, differing: sum.differing + differing });
    }
  }
  return { kinds, differences: all.flatMap(({ differences }) => differences).slice(0, differencesMax) };
}

export function differingCells({ kinds }: GenerationComparison): number {
  return [...kinds.values()].reduce((sum, { differing }) => sum + differing, 0);
}

export function comparedCells({ kinds }: GenerationComparison): number {
  return [...kinds.values()].reduce((sum, { compared }) => sum + compared, 0);
}
