/**
 * What is to be done with a bucket or a slice of marks when it is due. A bucket has one entry in the due index and passes
 * through its steps by due time: sealed once it is closed for good, then its details dropped, then the rest. A site's
 * last-seen times have one entry as long as there are any. All times are log time, and something is due once log time
 * has passed it, so that a shard's state stays a function of its log.
 */
import { GRAIN_NAMES, GRAINS, SECONDS } from '../core/grains';
import { duplicateWindowMs, markSliceMs } from '../core/limits';
import { StoreCorruptError } from './commit-outcome';
import { bucketKey, dimensionsKey, extrasKey, marksKey, visitorHllKey, visitorSetKey } from './keys';

export interface DueStep {
  readonly member: string;
  /** Log time of the next step; undefined: this was the last. */
  readonly nextMs: number | undefined;
  /** Key of the counts that get the number of visitors; the set goes. */
  readonly seal: string | undefined;
  readonly drop: readonly string[];
}

export interface DueEntry {
  readonly member: string;
  readonly dueMs: number;
}

interface Stage {
  readonly dueMs: number;
  readonly seal: boolean;
  readonly drop: readonly string[];
}

const marksCode = 'k';
const liveCode = 'l';

/** Entry of a slice of marks: due when no later event can be compared with it. */
export function marksEntry(slice: number): DueEntry {
  return { member: `${marksCode}:${slice}`, dueMs: (slice + 1) * markSliceMs + duplicateWindowMs };
}

/** Entry of a minute of seconds. */
export function secondsEntry(site: string, startMs: number): DueEntry {
  return {
    member: `${SECONDS.code}:${site}:${startMs / 1000}`,
    dueMs: startMs + SECONDS.lengthMs + SECONDS.keptMs,
  };
}

/** Entry of a bucket that has just been made: its first step. */
export function bucketEntry(code: string, site: string, startMs: number): DueEntry {
  const dueMs = stagesOf('', code, site, startMs)[0]?.dueMs as number;
  return { member: `${code}:${site}:${startMs / 1000}`, dueMs };
}

/** Member of a site's last-seen times; the script knows when they are due, since it knows the oldest. */
export function liveMember(site: string): string {
  return `${liveCode}:${site}`;
}

/** The site whose last-seen times the member stands for; undefined: it stands for something else. */
export function siteOfLiveMember(member: string): string | undefined {
  return member.startsWith(`${liveCode}:`) ? member.slice(liveCode.length + 1) : undefined;
}

function stagesOf(tag: string, code: string, site: string, startMs: number): readonly Stage[] {
  const key = bucketKey(tag, code, site, startMs);
  if (code === SECONDS.code) {
    return [{ dueMs: startMs + SECONDS.lengthMs + SECONDS.keptMs, seal: false, drop: [key] }];
  }
  const grain = GRAIN_NAMES.find((name) => GRAINS[name].code === code);
  if (grain === undefined) throw new StoreCorruptError(`due index: unknown grain ${JSON.stringify(code)}`);
  const { lengthMs, graceMs, detailsKeptMs, countsKeptMs } = GRAINS[grain];
  const endMs = startMs + lengthMs;
  const dimensions = [dimensionsKey(key), extrasKey(key)];
  const details = grain === 'minute' ? [...dimensions, visitorHllKey(key)] : dimensions;
  const everything = [key, ...dimensions, visitorSetKey(key), visitorHllKey(key)];
  return [
    { dueMs: endMs + graceMs, seal: true, drop: [] },
    ...(detailsKeptMs < countsKeptMs ? [{ dueMs: endMs + detailsKeptMs, seal: false, drop: details }] : []),
    { dueMs: endMs + countsKeptMs, seal: false, drop: everything },
  ];
}

function marksStep(tag: string, member: string, logTimeMs: number): DueStep | undefined {
  const slice = Number(member.slice(marksCode.length + 1));
  if (marksEntry(slice).dueMs >= logTimeMs) return undefined;
  return { member, nextMs: undefined, seal: undefined, drop: [marksKey(tag, slice)] };
}

/**
 * What is due at a log time of a bucket or a slice of marks: all its steps up to then in one; undefined: nothing. Throws
 * StoreCorruptError for a member that nobody writes.
 */
export function dueStep(tag: string, member: string, logTimeMs: number): DueStep | undefined {
  const [code = '', site = '', start = ''] = member.split(':');
  if (code === marksCode) return marksStep(tag, member, logTimeMs);
  const startMs = Number(start) * 1000;
  const stages = stagesOf(tag, code, site, startMs);
  const due = stages.filter(({ dueMs }) => dueMs < logTimeMs);
  if (due.length === 0) return undefined;
  const nextMs = stages[due.length]?.dueMs;
  const isSealed = due.some(({ seal }) => seal) && nextMs !== undefined;
  return {
    member,
    nextMs,
    seal: isSealed ? bucketKey(tag, code, site, startMs) : undefined,
    drop: [...new Set(due.flatMap(({ drop }) => drop))],
  };
}
