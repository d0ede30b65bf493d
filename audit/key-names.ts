/**
 * The key names of the table atop pipeline/store/keys.ts, read from that table and not from its code: what a key of a
 * shard holds, told from its name after the hash tag.
 */
export type StoredType = 'hash' | 'set' | 'zset' | 'list' | 'bytes';

export interface KeyMeaning {
  /** How a person is told of it: `minute 2026-01-15T12:00Z demo`. */
  readonly kind: string;
  readonly type: StoredType;
  /** Members are bytes, not text. */
  readonly binary?: true;
}

interface KeyRow extends KeyMeaning {
  readonly pattern: RegExp;
}

const site = '[A-Za-z0-9._-]{1,64}';

const KEY_ROWS: readonly KeyRow[] = [
  { kind: 'state', type: 'hash', pattern: /^state$/ },
  { kind: 'behind', type: 'hash', pattern: /^behind$/ },
  { kind: 'sites', type: 'set', pattern: /^sites$/ },
  { kind: 'due', type: 'zset', pattern: /^due$/ },
  { kind: 'rejects', type: 'list', pattern: /^rejects$/ },
  { kind: 'unprocessable', type: 'set', pattern: /^unprocessable$/ },
  { kind: 'latency', type: 'hash', pattern: /^latency$/ },
  { kind: 'marks', type: 'set', binary: true, pattern: /^marks:\d+$/ },
  { kind: 'all-time counts', type: 'hash', pattern: new RegExp(`^all:${site}$`) },
  { kind: 'all-time visitors', type: 'set', pattern: new RegExp(`^all:${site}:v$`) },
  { kind: 'all-time registers', type: 'bytes', pattern: new RegExp(`^all:${site}:h$`) },
  { kind: 'all-time pages', type: 'hash', pattern: new RegExp(`^pages:${site}$`) },
  { kind: 'last seen', type: 'zset', pattern: new RegExp(`^live:${site}$`) },
  { kind: 'feed', type: 'zset', pattern: new RegExp(`^feed:${site}$`) },
  { kind: 'seconds', type: 'hash', pattern: new RegExp(`^s:${site}:-?\\d+$`) },
  { kind: 'counts', type: 'hash', pattern: new RegExp(`^[mhd]:${site}:-?\\d+$`) },
  { kind: 'dimensions', type: 'hash', pattern: new RegExp(`^[mhd]:${site}:-?\\d+:d$`) },
  { kind: 'extras', type: 'hash', pattern: new RegExp(`^[mhd]:${site}:-?\\d+:x$`) },
  { kind: 'visitors', type: 'set', pattern: new RegExp(`^[mhd]:${site}:-?\\d+:v$`) },
  { kind: 'registers', type: 'bytes', pattern: new RegExp(`^[mhd]:${site}:-?\\d+:h$`) },
];

/** Undefined: the table knows no such key. */
export function meaningOf(name: string): KeyMeaning | undefined {
  return KEY_ROWS.find(({ pattern }) => pattern.test(name));
}

export function shardTag(topic: string, generation: number, partition: number): string {
  return `{${topic}.${generation}:${partition}}`;
}

/** `code`: `s`, or a grain's letter. */
export function bucketName(code: string, siteId: string, startMs: number): string {
  return `${code}:${siteId}:${startMs / 1_000}`;
}

export interface BucketName {
  readonly code: string;
  readonly siteId: string;
  readonly startMs: number;
}

/** Of a name of kind `seconds`, `counts`, `dimensions`, `extras`, `visitors` or `registers`. */
export function readBucketName(name: string): BucketName | undefined {
  const [code, siteId, start] = name.split(':');
  if (code === undefined || siteId === undefined || start === undefined) return undefined;
  return { code, siteId, startMs: Number(start) * 1_000 };
}
