/** Every cell of a topic as Redis holds it, summed up: do the values of a dimension and "(other)" make the total, everywhere? */
import { DIMENSIONS, type Dimension } from '../../pipeline/core/dimensions';
import { GRAIN_NAMES, GRAINS, type Grain } from '../../pipeline/core/grains';
import { allTimePagesMax } from '../../pipeline/core/limits';
import { COUNT, FIELD } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';

/** Dimensions that every page view of the flood has, and the one that every custom event has. */
const checked: readonly Dimension[] = ['pages', 'referrers', 'sources', 'events'];
const scanCount = 1_000;

export interface StoredSums {
  readonly views: ReadonlyMap<Grain | 'all', number>;
  readonly events: ReadonlyMap<Grain | 'all', number>;
  /** Sums that were compared, one for each dimension of each cell. */
  compared: number;
  /** Cells that are at their bound, so that values have given way. */
  overflowed: number;
  readonly violations: string[];
}

type Hash = Readonly<Record<string, string>>;

interface DimensionCheck {
  readonly key: string;
  readonly counts: Hash;
  readonly dimensions: Hash;
  readonly valuesMax: number;
  readonly names: readonly Dimension[];
}

async function keysLike(redis: RedisClient, pattern: string): Promise<string[]> {
  const keys: string[] = [];
  let cursor = '0';
  do {
    const [next, page] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', scanCount);
    keys.push(...page);
    cursor = next;
  } while (cursor !== '0');
  return keys;
}

function checkDimensions(
  sums: StoredSums,
  { key, counts, dimensions, valuesMax, names }: DimensionCheck,
): void {
  for (const name of names) {
    const { code, of } = DIMENSIONS[name];
    const prefix = FIELD.value(code, '');
    const values = Object.entries(dimensions).filter(([field]) => field.startsWith(prefix));
    const other = Number(dimensions[FIELD.other(code)] ?? 0);
    const sum = values.reduce((total, [, count]) => total + Number(count), other);
    const must = Number(counts[of === 'page' ? COUNT.views : COUNT.events] ?? 0);
    sums.compared += 1;
    if (other > 0) sums.overflowed += 1;
    if (sum !== must) sums.violations.push(`${key}: ${name} and "(other)" make ${sum}, must be ${must}`);
    if (values.length > valuesMax)
      sums.violations.push(`${key}: ${values.length} ${name}, at most ${valuesMax} may be held`);
    const held = Number(dimensions[FIELD.held(code)] ?? 0);
    if (held !== values.length) sums.violations.push(`${key}: ${values.length} ${name}, ${held} are told`);
  }
}

function addTo(
  sums: ReadonlyMap<Grain | 'all', number>,
  cell: Grain | 'all',
  count: string | undefined,
): void {
  (sums as Map<Grain | 'all', number>).set(cell, (sums.get(cell) ?? 0) + Number(count ?? 0));
}

/** Reads all cells of the site. The topic must be at rest. */
export async function sumCells(redis: RedisClient, topic: string, site: string): Promise<StoredSums> {
  const sums: StoredSums = {
    views: new Map(),
    events: new Map(),
    compared: 0,
    overflowed: 0,
    violations: [],
  };
  const read = async (
    key: string,
    cell: Grain | 'all',
    more: Omit<DimensionCheck, 'key' | 'counts' | 'dimensions'> & { readonly dimensionsKey: string },
  ): Promise<void> => {
    const { dimensionsKey, ...bounds } = more;
    const counts = await redis.hgetall(key);
    addTo(sums.views, cell, counts[COUNT.views]);
    addTo(sums.events, cell, counts[COUNT.events]);
    checkDimensions(sums, { key, counts, dimensions: await redis.hgetall(dimensionsKey), ...bounds });
  };
  for (const grain of GRAIN_NAMES) {
    const { code, valuesMax } = GRAINS[grain];
    const found = await keysLike(redis, `{${topic}.*}:${code}:${site}:*`);
    // What hangs on a bucket has one more part.
    for (const key of found.filter((name) => /:\d+$/.test(name)))
      await read(key, grain, { valuesMax, names: checked, dimensionsKey: `${key}:d` });
  }
  for (const key of await keysLike(redis, `{${topic}.*}:all:${site}`)) {
    const dimensionsKey = key.replace(':all:', ':pages:');
    await read(key, 'all', { valuesMax: allTimePagesMax, names: ['pages'], dimensionsKey });
  }
  return sums;
}
