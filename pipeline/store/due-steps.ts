/**
 * What is to be done with a bucket or a slice of marks when it is due. A bucket has one entry in the due index and passes
 * through its steps by due time: sealed once it is closed for good, then its details dropped, then the rest. All times are
 * log time, so that a shard's state stays a function of its log.
 */
import { GRAIN_NAMES, GRAINS, SECONDS } from '../core/grains';
import { duplicateWindowMs, markSliceMs } from '../core/limits';
import { bucketKey, dimensionsKey, marksKey, visitorHllKey, visitorSetKey } from './keys';

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

function stagesOf(tag: string, code: string, site: string, startMs: number): readonly Stage[] {
  const key = bucketKey(tag, code, site, startMs);
  if (code === SECONDS.code) {
    return [{ dueMs: startMs + SECONDS.lengthMs + SECONDS.keptMs, seal: false, drop: [key] }];
  }
  const grain = GRAIN_NAMES.find((name) => GRAINS[name].code === code);
  if (grain === undefined) throw new RangeError(`due index: unknown grain ${JSON.stringify(code)}`);
  const { lengthMs, graceMs, detailsKeptMs, countsKeptMs } = GRAINS[grain];
  const endMs = startMs + lengthMs;
  const details = grain === 'minute' ? [dimensionsKey(key), visitorHllKey(key)] : [dimensionsKey(key)];
  const everything = [key, dimensionsKey(key), visitorHllKey(key)];
  return [
    { dueMs: endMs + graceMs, seal: true, drop: [] },
    ...(detailsKeptMs < countsKeptMs ? [{ dueMs: endMs + detailsKeptMs, seal: false, drop: details }] : []),
    { dueMs: endMs + countsKeptMs, seal: false, drop: everything },
  ];
}

/** The step that an entry of the due index asks for. Throws RangeError for an entry that nobody writes. */
export function dueStep(tag: string, { member, dueMs }: DueEntry): DueStep {
  const [code = '', site = '', start = ''] = member.split(':');
  if (code === marksCode) {
    return { member, nextMs: undefined, seal: undefined, drop: [marksKey(tag, Number(site))] };
  }
  const startMs = Number(start) * 1000;
  const stages = stagesOf(tag, code, site, startMs);
  const at = stages.findIndex((stage) => stage.dueMs === dueMs);
  const stage = stages[at];
  if (stage === undefined)
    throw new RangeError(`due index: ${JSON.stringify(member)} is not due at ${dueMs}`);
  const seal = stage.seal ? bucketKey(tag, code, site, startMs) : undefined;
  return { member, nextMs: stages[at + 1]?.dueMs, seal, drop: stage.drop };
}

/** Keys that a step touches. */
export function keysOfStep(step: DueStep): string[] {
  const { seal, drop } = step;
  return seal === undefined ? [...drop] : [seal, visitorSetKey(seal), visitorHllKey(seal), ...drop];
}
