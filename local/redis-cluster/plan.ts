/**
 * What has to be done next so that the nodes are one cluster, from what each of them says. All is worked out anew from what is there, so
 * that the program may die between any two steps, and nodes may come back with other addresses.
 */
import type { NodeRow } from './node-table';

/** One node that answers. */
export interface NodeView {
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly id: string;
  /** Its `cluster_state` is `ok`. */
  readonly isServing: boolean;
  readonly table: readonly NodeRow[];
}

export interface Step {
  /** Whom to ask. */
  readonly node: string;
  readonly command: readonly [name: 'CLUSTER', ...args: (string | number)[]];
}

export const slotCount = 16_384;

/** The slots that the primary at this place has in a new cluster, both ends included. */
export function rangeAt(place: number, primaries: number): readonly [from: number, to: number] {
  const start = (at: number): number => Math.floor((slotCount * at) / primaries);
  return [start(place), start(place + 1) - 1];
}

/** After a full stop all nodes may have new addresses, and none finds another: one that meets them all tells the rest. */
function meetings(views: readonly NodeView[]): readonly Step[] {
  const [first, ...others] = views;
  if (first === undefined) return [];
  return others
    .filter(({ id, ip }) => {
      const row = first.table.find((candidate) => candidate.id === id);
      return row === undefined || !row.isReached || row.ip !== ip;
    })
    .map(({ ip, port }) => ({ node: first.name, command: ['CLUSTER', 'MEET', ip, port] }));
}

/** Each node of a new cluster gets a number of its own before they meet, so that no two of them claim the same one. */
function numbers(views: readonly NodeView[]): readonly Step[] {
  if (!views.every(({ table }) => table.length === 1 && table[0]?.slots.length === 0)) return [];
  return views.map(({ name }, place) => ({
    node: name,
    command: ['CLUSTER', 'SET-CONFIG-EPOCH', place + 1],
  }));
}

/** Ranges that nobody has. A primary that has lost its slots to its replica is not given them back: they have an owner. */
function allotments(views: readonly NodeView[], table: readonly NodeRow[]): readonly Step[] {
  const primaries = views.length / 2;
  const isTaken = (slot: number): boolean =>
    table.some(({ slots }) => slots.some(([from, to]) => from <= slot && slot <= to));
  return views.slice(0, primaries).flatMap(({ name }, place) => {
    const [from, to] = rangeAt(place, primaries);
    return isTaken(from) ? [] : [{ node: name, command: ['CLUSTER', 'ADDSLOTSRANGE', from, to] as const }];
  });
}

/** Each node without slots follows the primary that has the fewest replicas. */
function followings(views: readonly NodeView[], table: readonly NodeRow[]): readonly Step[] {
  const primaries = table.filter(({ isPrimary, slots }) => isPrimary && slots.length > 0);
  const places = new Map(views.map(({ id }, place) => [id, place]));
  const followers = new Map(
    [...primaries]
      .sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0))
      .map(({ id }) => [id, table.filter(({ primaryId }) => primaryId === id).length]),
  );
  const steps: Step[] = [];
  for (const { name, id } of views) {
    const row = table.find((candidate) => candidate.id === id);
    if (row === undefined || !row.isPrimary || row.slots.length > 0) continue;
    const [fewest] = [...followers].sort((a, b) => a[1] - b[1]);
    if (fewest === undefined) break;
    followers.set(fewest[0], fewest[1] + 1);
    steps.push({ node: name, command: ['CLUSTER', 'REPLICATE', fewest[0]] });
  }
  return steps;
}

/**
 * `views`: nodes that answer, in their configured order; `nodeCount`: how many there are to be, an even number. Slots and replicas are
 * given only while all nodes answer and each knows all: what is known then is the whole cluster.
 */
export function planSteps(views: readonly NodeView[], nodeCount: number): readonly Step[] {
  const isWhole = views.length === nodeCount;
  const fresh = isWhole ? numbers(views) : [];
  const toMeet = meetings(views);
  if (toMeet.length > 0) return [...fresh, ...toMeet];
  const first = views[0];
  const isKnown = views.every(({ table }) => table.filter(({ isReached }) => isReached).length === nodeCount);
  if (!isWhole || !isKnown || first === undefined) return [];
  const toAllot = allotments(views, first.table);
  return toAllot.length > 0 ? toAllot : followings(views, first.table);
}
