/** What has changed in the cluster since the last look, as lines for a person: this is where a fail-over is seen. */
import type { NodeView } from './plan';

export interface ClusterSight {
  /** Names of nodes that answer. */
  readonly answering: readonly string[];
  /** `0-5460` -> the name of the node that has it. */
  readonly owners: ReadonlyMap<string, string>;
  readonly isServing: boolean;
}

/** `names`: of nodes by their id, also of those that do not answer at the moment. */
export function lookAt(
  views: readonly NodeView[],
  nodeCount: number,
  names: ReadonlyMap<string, string>,
): ClusterSight {
  const serving = views.filter(({ isServing }) => isServing);
  const table = serving[0]?.table ?? [];
  const owners = table
    .filter(({ isPrimary, isReached }) => isPrimary && isReached)
    .flatMap(({ id, slots }) =>
      slots.map(([from, to]) => [`${from}-${to}`, names.get(id) ?? id.slice(0, 8)] as const),
    );
  return {
    answering: views.map(({ name }) => name),
    owners: new Map(owners),
    isServing: serving.length > nodeCount / 2,
  };
}

export function newsOf(before: ClusterSight | undefined, now: ClusterSight): readonly string[] {
  const gone = (before?.answering ?? []).filter((name) => !now.answering.includes(name));
  const back = before === undefined ? [] : now.answering.filter((name) => !before.answering.includes(name));
  const moved = [...now.owners].flatMap(([range, name]) => {
    const held = before?.owners.get(range);
    if (held === name) return [];
    return [`${name} is primary of slots ${range}${held === undefined ? '' : `, before it ${held}`}`];
  });
  const isChanged = before?.isServing !== now.isServing;
  const state = now.isServing
    ? ['the cluster answers']
    : before === undefined
      ? []
      : ['the cluster does not answer'];
  return [
    ...gone.map((name) => `${name} does not answer`),
    ...back.map((name) => `${name} answers`),
    ...moved,
    ...(isChanged ? state : []),
  ];
}
