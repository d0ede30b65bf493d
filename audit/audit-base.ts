/**
 * What a shard had counted for all time at some offset: an audit of the whole log leaves it where nothing differed, a rebuild
 * where it carried counts over. Once the log's head has gone, numbers of all time are this base and the recount from there on.
 * One hash a shard, `{topic}:audit-base:<generation>:<partition>`: `offset`, `logTime`, `origin`, and `<key>|<field>` -> number.
 */
import type { Cluster, Redis } from 'ioredis';
import { hashOf, numberIn } from './audited-range';
import { ledgerTerms } from './ledger-terms';
import type { ShardPlace, StoredShard } from './stored-shard';

export interface AuditBase {
  /** First offset that is not in it. */
  readonly offset: number;
  readonly logTimeMs: number;
  /** Fields of a key of the shard, by the key's name after the tag. */
  readonly fields: (name: string) => ReadonlyMap<string, number>;
}

const fieldsPerCommand = 1_000;
/** A shard that was deleted and counted anew is another one, which a base of the one before does not tell of. */
const lifeFields = ['start', 'startedAt'];
/** Values that had to give way are known by their sum alone: so is this. */
export const sumOfCapped = 'p*';

export function baseKey({ topic, generation, partition }: ShardPlace): string {
  return `{${topic}}:audit-base:${generation}:${partition}`;
}

/** Undefined where there is none, or something else in its place. */
export async function readBase(redis: Redis | Cluster, place: ShardPlace): Promise<AuditBase | undefined> {
  const found: Readonly<Record<string, string>> = await redis
    .hgetall(baseKey(place))
    .catch((error: Error) => {
      if (error.name === 'ReplyError') return {};
      throw error;
    });
  const offset = Number(found.offset);
  const logTimeMs = Number(found.logTime);
  if (found.offset === undefined || !Number.isSafeInteger(offset) || !Number.isFinite(logTimeMs)) {
    return undefined;
  }
  const byKey = new Map<string, Map<string, number>>();
  for (const [cell, text] of Object.entries(found)) {
    const at = cell.indexOf('|');
    if (at < 0) continue;
    const name = cell.slice(0, at);
    const fields = byKey.get(name) ?? new Map<string, number>();
    byKey.set(name, fields.set(cell.slice(at + 1), Number(text)));
  }
  return { offset, logTimeMs, fields: (name) => byKey.get(name) ?? new Map() };
}

/** Where the base does not say of which shard it is, it is of this. */
export function isBaseOf(base: AuditBase, stored: StoredShard): boolean {
  const told = base.fields('state');
  return lifeFields.every(
    (field) => (told.get(field) ?? numberIn(stored.state, field)) === numberIn(stored.state, field),
  );
}

/** A base as it is written: fields and values in turn. */
export type BaseCells = readonly string[];

/** What the shard holds now. */
export function baseCellsOf(stored: StoredShard): BaseCells {
  const { state } = stored;
  const at = ['offset', state.get('next') ?? '0', 'logTime', state.get('logTime') ?? '0', 'origin', 'audit'];
  const cells: string[] = [...at];
  for (const field of lifeFields) cells.push(`state|${field}`, state.get(field) ?? '0');
  for (const term of ledgerTerms(state)) cells.push(`state|${term}`, String(numberIn(state, term)));
  for (const name of stored.values.keys()) {
    const fields = hashOf(stored, name);
    if (/^all:[^:]+$/.test(name)) {
      for (const [field, text] of fields) cells.push(`${name}|${field}`, text);
    }
    if (!name.startsWith('pages:')) continue;
    const values = [...fields].filter(([field]) => field.startsWith('p='));
    if (fields.has(sumOfCapped)) {
      const sum = values.reduce((total, [, views]) => total + Number(views), numberIn(fields, sumOfCapped));
      cells.push(`${name}|${sumOfCapped}`, String(sum));
    } else {
      for (const [field, views] of values) cells.push(`${name}|${field}`, views);
    }
  }
  return cells;
}

/** Replaces the shard's base. Throws what Redis throws. */
export async function storeBase(redis: Redis | Cluster, place: ShardPlace, cells: BaseCells): Promise<void> {
  const key = baseKey(place);
  const multi = redis.multi().del(key);
  for (let at = 0; at < cells.length; at += 2 * fieldsPerCommand) {
    multi.hset(key, ...cells.slice(at, at + 2 * fieldsPerCommand));
  }
  for (const [error] of (await multi.exec()) ?? []) if (error !== null) throw error;
}
