/** The dialects, one row each, and which of them a path belongs to. */
import type { Dialect } from './dialect';
import { own } from './own';
import { plausible } from './plausible';
import { segment } from './segment';
import { umami } from './umami';

export const DIALECTS: readonly Dialect[] = [own, plausible, segment, umami];

const byPath = new Map(DIALECTS.flatMap((dialect) => dialect.paths.map((path) => [path, dialect] as const)));

/** `path`: without query; a final slash makes no difference. undefined: nobody's. */
export function dialectOf(path: string): Dialect | undefined {
  return byPath.get(path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);
}
