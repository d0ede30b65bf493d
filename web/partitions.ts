/** Partitions that wait, or that are counted anew: which, why, how far, and what a person has to do. */
import type { Progress, RebuildingPartition, StoppedPartition } from '../pipeline/core/snapshot';
import { createElement, elementById, setHidden, setText, syncChildren } from './elements';
import { formatCount } from './format';

export interface PartitionLine {
  /** Does not change while the work goes on. */
  readonly text: string;
  /** Changes each second: apart, so that nobody has it read aloud. Empty where there is none. */
  readonly progress: string;
  readonly isAlarm: boolean;
}

function describeProgress({ counted, total, percent }: Progress): string {
  return `${percent} % (${formatCount(counted)} of ${formatCount(total)} records)`;
}

/** In words, what a person has to do. */
export function describeStopped({ partition, state, next, waitingFrom, repair }: StoppedPartition): string {
  if (state === 'torn') {
    return `Partition ${partition}: a commit broke off half-way at offset ${formatCount(next)}. It must be rebuilt; repair begins with it by itself within a minute.`;
  }
  if (state === 'wrong_log') {
    return `Partition ${partition}: its log is not the one that was counted up to offset ${formatCount(next)}; nothing more is counted. It must be rebuilt.`;
  }
  if (repair !== undefined) return `Partition ${partition} is being repaired: records are missing.`;
  const missing =
    waitingFrom === undefined ? '' : ` (${formatCount(waitingFrom - next)} offsets are missing)`;
  return `Partition ${partition} waits for repair since offset ${formatCount(next)}${missing}: run npm run repair.`;
}

const rebuildings: Readonly<Record<RebuildingPartition['cause'], string>> = {
  past: 'was too far behind and is counted live; its past is being counted. Until then older numbers lack its share.',
  torn: 'is torn (a commit broke off half-way), and being counted anew. Until then its numbers stand still.',
  wrong_log:
    'has another log than was counted, which is being counted anew. Until then its numbers stand still.',
  asked: 'is being rebuilt. What is shown goes on.',
  switch: 'is counted anew, and being switched to.',
};

export function describeRebuilding({ partition, cause, isAtWork }: RebuildingPartition): string {
  if (cause === 'asked' && !isAtWork) {
    return `Partition ${partition}: a rebuild was begun and left; npm run rebuild goes on with it. What is shown goes on.`;
  }
  return `Partition ${partition} ${rebuildings[cause]}`;
}

/** One line a partition, by number: what is done about it says more than that it has stopped. */
export function partitionLines(
  stopped: readonly StoppedPartition[],
  rebuilding: readonly RebuildingPartition[],
): readonly PartitionLine[] {
  const isRebuilt = new Set(rebuilding.map(({ partition }) => partition));
  const waiting = stopped.filter(
    // An `asked` rebuild, and a past, go on beside live counting, which may wait all the same.
    ({ partition, state }) => state === 'behind' || !isRebuilt.has(partition),
  );
  const lines = [
    ...rebuilding.map((each) => ({
      partition: each.partition,
      text: describeRebuilding(each),
      progress: describeProgress(each),
      isAlarm: each.cause !== 'asked',
    })),
    ...waiting.map((each) => ({
      partition: each.partition,
      text: describeStopped(each),
      progress: each.repair === undefined ? '' : describeProgress(each.repair),
      isAlarm: true,
    })),
  ];
  return lines.sort((a, b) => a.partition - b.partition);
}

function makeLine(): Element {
  const line = createElement('p', 'notice');
  const progress = createElement('span', 'progress');
  // Within an alert it would be read out again with each change.
  progress.setAttribute('aria-live', 'off');
  line.append(createElement('span'), ' ', progress);
  return line;
}

export function showPartitions(
  stopped: readonly StoppedPartition[],
  rebuilding: readonly RebuildingPartition[],
): void {
  const lines = partitionLines(stopped, rebuilding);
  const box = elementById('stopped');
  const elements = syncChildren(box, lines.length, makeLine);
  lines.forEach(({ text, progress, isAlarm }, index) => {
    const element = elements[index];
    const [words, figures] = element?.children ?? [];
    if (element === undefined || words === undefined || figures === undefined) return;
    element.classList.toggle('alarm', isAlarm);
    setText(words, text);
    setText(figures, progress);
  });
  setHidden(box, lines.length === 0);
}
