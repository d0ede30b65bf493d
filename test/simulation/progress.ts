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
  /** That is counted and read. */
  readonly generation: number;
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
    case 'wiped':
      return { ...nothing, generation: before.generation };
    case 'moved':
      return { ...nothing, generation: meaning.generation };
    default:
      return before;
  }
}

export function progressOf(meanings: readonly Meaning[], partition: number): Progress {
  return meanings.filter((meaning) => meaning.partition === partition).reduce(after, nothing);
}

/** How a commit, or a passing over, of [from, to) must be answered. */
export function answerTo(
  { hasNext, isTorn, next }: Progress,
  { kind, from, to }: Extract<Meaning, { readonly kind: 'counted' | 'passed' }>,
): string {
  // Only a commit may make a shard.
  if (kind === 'passed' && !hasNext) return 'behind 0';
  if (isTorn) return `torn ${next}`;
  if (to <= next) return `duplicate ${next}`;
  if (from < next) return `overlap ${next}`;
  if (from > next) return `behind ${next}`;
  return `applied ${to}`;
}
