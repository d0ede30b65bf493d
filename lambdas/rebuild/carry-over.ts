/**
 * What the log no longer holds is carried over from the generation that counted it. Both stand at the same offset, so every cell
 * of the old one is what was counted of the records that are gone and of the log up to there, and takes the new one's place where
 * the log cannot tell: in buckets that began before the first whole hour of the log, and in everything of all time. From that hour
 * on, buckets are as they were counted now. Each further record adds to either as it would have anyway.
 */
import { duplicateWindowMs, HOUR_MS, markSliceMs, skewMsMax } from '../../pipeline/core/limits';
import { dueKey, latencyKey, rejectsKey, STATE, sitesKey, unprocessableKey } from '../../pipeline/store/keys';
import { type ContentValue, keysOfMember, type ShardContent } from '../../pipeline/store/shard-content';

/**
 * A bucket of the log's first minutes may hold events of records that are gone, since an event may be dated ahead of its record by
 * twice the clock skew; and what it counts may repeat what is gone, for as long as an identity is remembered.
 */
export const carriedReachMs = 2 * skewMsMax + duplicateWindowMs + markSliceMs;

/** Buckets that start before it are carried over. */
export function carriedUntilMs(firstLogTimeMs: number): number {
  return Math.ceil((firstLogTimeMs + carriedReachMs) / HOUR_MS) * HOUR_MS;
}

type Values = Map<string, ContentValue>;

/** They tell which log was counted, not what. */
const ofLog: readonly string[] = [
  STATE.lastOffset,
  STATE.lastTimestamp,
  STATE.lastDigest,
  STATE.checkedOffset,
  STATE.checkedTimestamp,
  STATE.checkedDigest,
];

const allTimePrefixes = [':all:', ':pages:'];
/** A record near the log's start may repeat one that is gone: only the old one knows, so it alone is right about these. */
const oldPrefixes = [...allTimePrefixes, ':marks:', ':live:', ':feed:'];
const ofWholeShard: ReadonlySet<string> = new Set([rejectsKey(''), latencyKey(''), unprocessableKey('')]);

/** Start of the bucket that a key or a member of the due index belongs to; undefined: to none. */
function bucketStartMs(name: string): number | undefined {
  const [code = '', , start] = name.replace(/^:/, '').split(':');
  return /^[smhd]$/.test(code) && start !== undefined ? Number(start) * 1_000 : undefined;
}

function scoresOf(value: ContentValue | undefined): ReadonlyMap<string, number> {
  return value?.type === 'zset' ? value.scores : new Map();
}

function membersOf(value: ContentValue | undefined): ReadonlySet<string> {
  return value?.type === 'set' ? value.members : new Set();
}

function carryValues(old: ShardContent, counted: ShardContent, untilMs: number): Values {
  const values: Values = new Map();
  for (const name of new Set([...old.values.keys(), ...counted.values.keys()])) {
    const [before, now] = [old.values.get(name), counted.values.get(name)];
    const startMs = bucketStartMs(name);
    const isOld =
      ofWholeShard.has(name) ||
      oldPrefixes.some((prefix) => name.startsWith(prefix)) ||
      (startMs !== undefined && startMs < untilMs);
    const value = isOld ? before : now;
    if (value !== undefined) values.set(name, value);
  }
  // A site that is counted since the rule changed has none of its keys in the old one.
  values.set(sitesKey(''), {
    type: 'set',
    members: new Set([old, counted].flatMap(({ values: of }) => [...membersOf(of.get(sitesKey('')))])),
  });
  return values;
}

/** What is due of the keys that there are, as either has it: the bucket's own where it was carried. */
function carryDue(old: ShardContent, counted: ShardContent, untilMs: number, values: Values): void {
  const [before, now] = [old, counted].map((content) => scoresOf(content.values.get(dueKey(''))));
  const scores = new Map<string, number>();
  for (const member of new Set([...(before?.keys() ?? []), ...(now?.keys() ?? [])])) {
    const startMs = bucketStartMs(member);
    // Those of marks and last-seen times have no bucket: they are the old one's.
    const isOld = startMs === undefined || startMs < untilMs;
    const dueMs = (isOld ? before : now)?.get(member);
    const exists = member.startsWith('l:')
      ? values.has(`:live:${member.slice(2)}`)
      : keysOfMember(member).some(([name]) => values.has(name));
    if (dueMs !== undefined && exists) scores.set(member, dueMs);
  }
  if (scores.size > 0) values.set(dueKey(''), { type: 'zset', scores });
  else values.delete(dueKey(''));
}

/**
 * `old` and `counted`: settled. They stand at the same offset; or the new one has counted nothing yet, and the log starts above what
 * the old one has counted: what lies between is lost. `firstLogTimeMs`: of the log's first record.
 */
export function carryOver(old: ShardContent, counted: ShardContent, firstLogTimeMs: number): ShardContent {
  const numberIn = (content: ShardContent, field: string): number => Number(content.state.get(field) ?? 0);
  const lostBetween = numberIn(counted, STATE.next) - numberIn(old, STATE.next);
  if (
    lostBetween < 0 ||
    (lostBetween > 0 && numberIn(counted, STATE.next) !== numberIn(counted, STATE.start))
  ) {
    throw new RangeError(
      `one is at offset ${numberIn(old, STATE.next)}, the other at ${numberIn(counted, STATE.next)}`,
    );
  }
  const untilMs = carriedUntilMs(firstLogTimeMs);
  const values = carryValues(old, counted, untilMs);
  carryDue(old, counted, untilMs, values);
  const state = new Map(old.state);
  for (const field of [STATE.torn, STATE.moved, STATE.wrongLog]) state.delete(field);
  // The old one may be of the release before.
  state.set(STATE.schema, counted.state.get(STATE.schema) ?? '');
  state.set(STATE.next, counted.state.get(STATE.next) ?? '0');
  state.set(STATE.carriedUntil, String(untilMs));
  state.set(STATE.logTime, String(Math.max(numberIn(old, STATE.logTime), numberIn(counted, STATE.logTime))));
  if (lostBetween > 0) state.set(STATE.lost, String(numberIn(old, STATE.lost) + lostBetween));
  // Of the log as it is now: the record that the old one tells of may be gone.
  for (const field of ofLog) {
    const value = counted.state.get(field);
    if (value === undefined) state.delete(field);
    else state.set(field, value);
  }
  return { state, values };
}

const ledgerLeftOut: ReadonlySet<string> = new Set([
  STATE.schema,
  STATE.next,
  STATE.logTime,
  STATE.heartbeatAt,
  STATE.newestEventAt,
  STATE.carriedUntil,
  ...ofLog,
]);

/** The shard's all-time counts and ledger as they stand, by the names that the audit reads (docs/audit.md). */
export function auditBaseOf({ state, values }: ShardContent): Map<string, string> {
  const base = new Map([
    ['offset', state.get(STATE.next) ?? '0'],
    ['logTime', state.get(STATE.logTime) ?? '0'],
    ['origin', 'rebuild'],
  ]);
  for (const [field, value] of state) if (!ledgerLeftOut.has(field)) base.set(`state|${field}`, value);
  for (const [name, value] of values) {
    if (value.type !== 'hash' || !allTimePrefixes.some((prefix) => name.startsWith(prefix))) continue;
    const other = 'p*';
    const isCapped = name.startsWith(':pages:') && value.fields.has(other);
    if (isCapped) {
      const views = [...value.fields].filter(([field]) => field[1] !== '#');
      const sum = views.reduce((total, [, count]) => total + Number(count), 0);
      base.set(`${name.slice(1)}|${other}`, String(sum));
      continue;
    }
    for (const [field, count] of value.fields) {
      if (field !== 'p#') base.set(`${name.slice(1)}|${field}`, count);
    }
  }
  return base;
}
