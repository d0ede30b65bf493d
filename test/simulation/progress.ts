/**
 * What a shard's offsets have become, by the meaning of what was written: the model of progress. By itself it says how each call must be
 * answered; the real script's answer is held against it, call by call.
 */
import type { Meaning } from './effects';

/** What was done with offsets [from, to), in order of offsets. */
export type Fate =
  | { readonly kind: 'counted'; readonly from: number; readonly to: number; readonly partitionCount: number }
  | { readonly kind: 'empty' | 'lost'; readonly from: number; readonly to: number };

export interface Progress {
  readonly generation: number;
  /** Generation that it sends to; undefined: it is open. */
  readonly movedTo: number | undefined;
  readonly exists: boolean;
  /** Something was counted or passed over, or repair has set the start. */
  readonly hasNext: boolean;
  readonly start: number;
  /** Log time that repair started the shard with; undefined: it was made by its first commit. */
  readonly madeAtMs: number | undefined;
  readonly next: number;
  readonly isTorn: boolean;
  readonly fates: readonly Fate[];
  /** Offset of the record by which the log is known again: the first commit's last, then what repair has found. */
  readonly checkedOffset: number | undefined;
  /** The last batch that was noted to wait. */
  readonly waiting: { readonly first: number; readonly atMs: number } | undefined;
}

const nothing: Progress = {
  generation: 1,
  movedTo: undefined,
  exists: false,
  hasNext: false,
  start: 0,
  madeAtMs: undefined,
  next: 0,
  isTorn: false,
  fates: [],
  checkedOffset: undefined,
  waiting: undefined,
};

function after(before: Progress, meaning: Meaning): Progress {
  switch (meaning.kind) {
    case 'made': {
      const { start, logTimeMs } = meaning;
      return { ...before, exists: true, hasNext: true, start, next: start, madeAtMs: logTimeMs };
    }
    case 'counted': {
      const { from, to, partitionCount } = meaning;
      const fates = [...before.fates, { kind: 'counted' as const, from, to, partitionCount }];
      return {
        ...before,
        exists: true,
        hasNext: true,
        next: to,
        fates,
        checkedOffset: before.checkedOffset ?? to - 1,
      };
    }
    case 'passed': {
      const { from, to, as } = meaning;
      return { ...before, next: to, fates: [...before.fates, { kind: as, from, to }] };
    }
    case 'checked':
      return { ...before, checkedOffset: meaning.offset };
    case 'torn':
      return { ...before, exists: true, isTorn: true };
    case 'noted':
      return { ...before, waiting: { first: meaning.first, atMs: meaning.atMs } };
    case 'closed': {
      const { to } = meaning;
      return to === undefined
        ? { ...before, movedTo: to }
        : { ...before, movedTo: to, exists: true, hasNext: true };
    }
    case 'wiped':
      return { ...nothing, generation: before.generation };
    default:
      return before;
  }
}

/** The generation of a partition that is counted and read. */
export function countedGeneration(meanings: readonly Meaning[], partition: number): number {
  const switched = meanings.findLast((meaning) => {
    return meaning.kind === 'switched' && meaning.partition === partition;
  });
  return switched?.kind === 'switched' ? switched.generation : 1;
}

/** `generation`: default: the one that is counted and read. */
export function progressOf(
  meanings: readonly Meaning[],
  partition: number,
  generation = countedGeneration(meanings, partition),
): Progress {
  return meanings
    .filter((meaning) => {
      return meaning.partition === partition && 'generation' in meaning && meaning.generation === generation;
    })
    .reduce(after, { ...nothing, generation });
}

/** How a commit, or a passing over, of [from, to) must be answered. `intoMoved`: by what fills a shard that will be opened again. */
export function answerTo(
  { hasNext, isTorn, next, movedTo }: Progress,
  { kind, from, to }: Extract<Meaning, { readonly kind: 'counted' | 'passed' }>,
  intoMoved: boolean,
): string {
  // Only a commit may make a shard.
  if (kind === 'passed' && !hasNext) return 'behind 0';
  if (movedTo !== undefined && !intoMoved) return `moved ${next}`;
  if (isTorn) return `torn ${next}`;
  if (to <= next) return `duplicate ${next}`;
  if (from < next) return `overlap ${next}`;
  if (from > next) return `behind ${next}`;
  return `applied ${to}`;
}
