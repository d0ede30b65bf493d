/** The payload of commit.lua. All places are of KEYS or of the tables `strings` and `visitors`, counted from 1, as Lua does. */

export type RedisType = 'hash' | 'set' | 'zset' | 'string' | 'list';

/** [place of the counts, 1 to unite, partition count, field, increment, ...] */
export type CountsOf = (string | number)[];
/** [place, bound, dimension's code, [place of the field in strings, increment, ...], ...] */
export type DimensionsOf = (string | number | number[])[];

export interface CommitPayload {
  readonly limits: Readonly<Record<string, number>>;
  /** Type of each key from the seventh on. */
  readonly types: RedisType[];
  readonly strings: string[];
  readonly visitors: string[];
  readonly startedAt: number;
  /** Log time at the end of the run. */
  readonly logTime: number;
  /** [field, increment, ...] of the state. */
  readonly ledger: (string | number)[];
  /** [field, value, ...] of the state, of which the larger stays. */
  readonly largest: (string | number)[];
  readonly sites: string[];
  readonly counts: CountsOf[];
  readonly dims: DimensionsOf[];
  /** [places of counts, set, HyperLogLog, places of the visitors] */
  readonly uniques: [number, number, number, number[]][];
  /** [place, second, views, ...] */
  readonly seconds: number[][];
  /** [place, member of the due index], and where the run has visitors of the site: [..., visitors before them, last seen in ms of each, ...] */
  readonly live: (string | number)[][];
  /** [place, event time in ms, member, ...] */
  readonly feed: (string | number)[][];
  readonly rejects: string[];
  /** Offsets, as text. */
  readonly unprocessable: string[];
  /** [upper bound in ms, events, ...] */
  readonly latency: (string | number)[];
  /** [place of the slice's set, digests of it] */
  readonly marks: [number, number][];
  readonly due: {
    readonly member: string;
    readonly next: number | null;
    readonly seal: [number, number, number] | null;
    readonly drop: number[];
  }[];
  /** [log time in ms, member, ...] */
  readonly dueNew: (string | number)[];
}

export interface EncodedCommit {
  readonly keys: string[];
  readonly payload: CommitPayload;
  readonly marks: Buffer;
}
