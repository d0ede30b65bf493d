/** What `npm run rebuild` says of its result, in lines for a person. */
import { printable } from '../audit/printable';
import {
  comparedCells,
  differencesMax,
  differingCells,
  type GenerationComparison,
} from '../lambdas/rebuild/compare-generations';
import type { KeptGeneration } from '../lambdas/rebuild/past-generations';
import type { RebuiltPartition } from '../lambdas/rebuild/rebuild-partition';

const whole = (value: number): string => value.toLocaleString('en-US');

/** Bytes, as they are held, to text. */
const shown = (bytes: string): string => printable(Buffer.from(bytes, 'latin1').toString('utf8'));

function differingRows({ kinds }: GenerationComparison): string[] {
  const rows = [...kinds].filter(([, { differing }]) => differing > 0);
  return rows
    .sort(([, a], [, b]) => b.differing - a.differing)
    .map(([kind, { compared, differing }]) => `  ${kind}: ${whole(differing)} of ${whole(compared)} differ`);
}

/** Cells by kind, and the first that differ. */
export function describeComparison(comparison: GenerationComparison): string[] {
  const [compared, differing] = [comparedCells(comparison), differingCells(comparison)];
  const alike = [...comparison.kinds].filter(([, tally]) => tally.differing === 0).map(([kind]) => kind);
  const lines = [`Compared ${whole(compared)} cells with what is counted: ${whole(differing)} differ.`];
  if (differing === 0) return lines;
  lines.push(...differingRows(comparison));
  if (alike.length > 0) lines.push(`  alike: ${alike.sort().join(', ')}`);
  lines.push(differing > differencesMax ? `The first ${differencesMax}:` : 'These:');
  for (const { kind, cell, counted, rebuilt } of comparison.differences) {
    lines.push(`  ${kind}  ${shown(cell)}: counted ${shown(counted)}, rebuilt ${shown(rebuilt)}`);
  }
  return lines;
}

/** What is to be known of one partition beside its cells. */
export function describePartition(rebuilt: RebuiltPartition): string[] {
  const { counted, building, notCompared, carriedUntilMs } = rebuilt;
  const where = `partition ${building.partition}`;
  const lines = [`${where}: generation ${counted.generation} -> ${building.generation}`];
  if (notCompared !== undefined) lines.push(`  not compared: ${notCompared}`);
  if (carriedUntilMs !== undefined) {
    const until = new Date(carriedUntilMs).toISOString();
    lines.push(`  the log no longer reaches back: buckets before ${until} and all time carried over`);
  }
  return lines;
}

export function describeKept({ shard, standing, role }: KeptGeneration, keys: number): string {
  const { start, next, movedTo, isTorn, isWrongLog } = standing;
  const marks = [
    ...(movedTo === undefined ? [] : [`moved to ${movedTo}`]),
    ...(isTorn ? ['torn'] : []),
    ...(isWrongLog ? ['another log'] : []),
  ];
  const more = marks.length === 0 ? '' : `, ${marks.join(', ')}`;
  return `partition ${shard.partition}  generation ${shard.generation}  ${role.padEnd(8)}  offsets ${start} to ${next}, ${whole(keys)} keys${more}`;
}
