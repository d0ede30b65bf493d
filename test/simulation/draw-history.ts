/** Draws a history: its options, then its operations one after another. All that is ever random is drawn here, from the seed. */
import { drawOptions, type HistoryOptions } from './draw-options';
import { drawRecord } from './drawn-record';
import type { DrawnWrite, Operation, OperationKind } from './operation';
import { Random } from './random';
import type { StepEnd } from './task';

export interface History {
  readonly seed: number;
  readonly options: HistoryOptions;
  readonly operations: readonly Operation[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Jumps over each edge of log time that counting knows, and a little before and behind it. */
const jumpsMs = [
  ...[1, 150, 151, 600, 601, 750, 751].map((seconds) => seconds * SECOND),
  ...[16, 35, 36, 70, 125].map((minutes) => minutes * MINUTE),
  ...[25, 26, 48, 49, 50, 73].map((hours) => hours * HOUR),
  ...[3, 35, 36, 400, 402].map((days) => days * DAY),
];

const stepEnds: Readonly<Record<StepEnd, number>> = {
  answered: 20,
  'crashed before': 1,
  'crashed after': 2,
  'lost before': 1,
  'lost after': 2,
};

function drawWrite(random: Random, { population }: HistoryOptions): DrawnWrite {
  return {
    stepMs:
      random.weighted({ small: 9, back: 1, edge: 1 } as const) === 'small'
        ? random.between(0, 2_500)
        : random.oneOf([-3_000, -151_000, 149_999, 150_000, 599_999, 600_001, 750_001]),
    record: drawRecord(random, population),
    placedBy: random.chance(0.93) ? 'key' : random.between(0, 3),
  };
}

/** One function a kind: what is drawn for it. */
const draw: {
  readonly [K in OperationKind]: (random: Random, options: HistoryOptions) => Extract<Operation, { kind: K }>;
} = {
  produce: (random, options) => ({
    kind: 'produce',
    writes: Array.from({ length: random.between(1, options.batchMax) }, () => drawWrite(random, options)),
  }),
  resend: (random) => ({ kind: 'resend', pick: random.bits(), elsewhere: random.chance(0.2) }),
  holes: (random) => ({ kind: 'holes', pick: random.bits(), count: random.between(1, 4) }),
  advance: (random) => ({ kind: 'advance', ms: random.oneOf(jumpsMs) + random.oneOf([0, 0, 0, 1, -1]) }),
  'wall clock': (random) => ({
    kind: 'wall clock',
    aheadMs: random.oneOf([-HOUR, 0, HOUR, 12 * HOUR, 50 * HOUR]),
  }),
  deliver: (random, { batchMax }) => ({
    kind: 'deliver',
    pick: random.bits(),
    size: random.between(1, batchMax),
  }),
  'deliver all': (random, { batchMax }) => ({
    kind: 'deliver all',
    size: random.between(1, batchMax),
    reversed: random.chance(0.5),
  }),
  duplicate: (random, { batchMax }) => ({
    kind: 'duplicate',
    pick: random.bits(),
    back: random.between(1, 2 * batchMax),
    size: random.between(1, batchMax),
  }),
  overlap: (random, { batchMax }) => ({
    kind: 'overlap',
    pick: random.bits(),
    back: random.between(1, batchMax),
    size: random.between(1, batchMax),
  }),
  split: (random, { batchMax }) => ({
    kind: 'split',
    pick: random.bits(),
    size: random.between(1, batchMax),
    pieces: random.between(2, 4),
    reversed: random.chance(0.3),
  }),
  bisect: (random, { batchMax }) => ({
    kind: 'bisect',
    pick: random.bits(),
    size: random.between(1, batchMax),
  }),
  'give up': (random, { batchMax }) => ({
    kind: 'give up',
    pick: random.bits(),
    size: random.between(1, batchMax),
  }),
  begin: (random, { batchMax }) => ({
    kind: 'begin',
    pick: random.bits(),
    size: random.between(1, batchMax),
    ahead: random.chance(0.4),
  }),
  'late twin': (random) => ({ kind: 'late twin', pick: random.bits() }),
  'begin repair': (random) => ({
    kind: 'begin repair',
    partition: random.chance(0.5) ? undefined : random.between(0, 2),
  }),
  step: (random) => ({
    kind: 'step',
    pick: random.bits(),
    steps: random.oneOf([1, 1, 2, 3, 4, 6]),
    end: random.weighted(stepEnds),
  }),
  finish: (random) => ({ kind: 'finish', pick: random.bits() }),
  repair: () => ({ kind: 'repair' }),
  rebuild: (random) => ({ kind: 'rebuild', pick: random.bits() }),
  'begin rebuild': (random) => ({
    kind: 'begin rebuild',
    partition: random.chance(0.5) ? undefined : random.between(0, 2),
  }),
  'flush scripts': () => ({ kind: 'flush scripts' }),
  'fail over': (random) => ({
    kind: 'fail over',
    pick: random.chance(0.5) ? random.bits() : undefined,
    lostCommits: random.chance(0.1) ? 1_000 : random.between(1, 4),
  }),
  'break off': (random) => ({ kind: 'break off', atWrite: random.oneOf([1, 2, 3, random.between(1, 60)]) }),
  'out of memory': () => ({ kind: 'out of memory' }),
  retention: (random) => ({ kind: 'retention', pick: random.bits(), share: random.between(5, 100) }),
  grow: (random) => ({ kind: 'grow', partitions: random.between(2, 4) }),
};

/**
 * Rebuilds that are held up between their calls, of which each has some fifty. Drawn from numbers of their own, so that what else a seed
 * draws does not depend on them.
 */
function insertRebuilds(random: Random, options: HistoryOptions, operations: Operation[]): void {
  const rebuilds = random.oneOf([0, 0, 1, 1, 2, 3]);
  for (let i = 0; i < rebuilds; i++) {
    let at = random.between(0, operations.length);
    operations.splice(at, 0, draw['begin rebuild'](random, options));
    const pauses = random.between(1, 6);
    for (let pause = 0; pause < pauses; pause++) {
      at = Math.min(operations.length, at + random.between(1, 6));
      const steps = random.oneOf([1, 2, 3, 7, 15, 30]);
      const end = random.weighted(stepEnds);
      operations.splice(at, 0, { kind: 'step', pick: random.bits(), steps, end });
    }
  }
}

const rebuildNumbers = 0x5eed;

export function drawHistory(seed: number): History {
  const random = new Random(seed);
  const options = drawOptions(random);
  const operations = Array.from({ length: options.operations }, (): Operation => {
    return draw[random.weighted(options.weights)](random, options);
  });
  insertRebuilds(new Random(seed ^ rebuildNumbers), options, operations);
  return { seed, options, operations };
}
