/**
 * Compares the due index with the keys that are there: what nothing is due for would stay for ever. A commit works off a
 * bounded part of what is due, so a step may be overdue; but it is one of the key's own steps.
 */
import { hashOf, scoresOf } from './audited-range';
import type { Comparison } from './comparison';
import { meaningOf, readBucketName } from './key-names';
import { GRAIN_RULES, lastSeenKeptMs, markSliceMs, markSlicesHeld, minuteMs, secondsKeptMs } from './rules';
import type { StoredShard } from './stored-shard';

/** Log times of the steps that a bucket may be waiting for. */
function stepsOf(stored: StoredShard, name: string, code: string, startMs: number): number[] {
  if (code === 's') return [startMs + minuteMs + secondsKeptMs];
  const rule = GRAIN_RULES.find((one) => one.code === code);
  if (rule === undefined) return [];
  const endMs = startMs + rule.lengthMs;
  if (!hashOf(stored, name).has('visitors')) return [endMs + rule.graceMs];
  return [endMs + rule.dimensionsKeptMs, endMs + rule.countsKeptMs];
}

function expectedSteps(stored: StoredShard, name: string): [string, number[]] | undefined {
  const kind = meaningOf(name)?.kind;
  if (kind === 'marks') {
    const slice = Number(name.slice('marks:'.length));
    return [`k:${slice}`, [(slice + 1 + markSlicesHeld) * markSliceMs]];
  }
  if (kind === 'last seen') {
    const oldestMs = Math.min(...scoresOf(stored, name).values());
    return [`l:${name.slice('live:'.length)}`, [oldestMs + lastSeenKeptMs]];
  }
  const bucket = kind === 'counts' || kind === 'seconds' ? readBucketName(name) : undefined;
  return bucket && [name, stepsOf(stored, name, bucket.code, bucket.startMs)];
}

export function compareDue(comparison: Comparison, stored: StoredShard): void {
  const due = scoresOf(stored, 'due');
  for (const name of stored.values.keys()) {
    const expected = expectedSteps(stored, name);
    if (expected === undefined) continue;
    const [member, steps] = expected;
    const found = due.get(member);
    const isRight = found !== undefined && steps.includes(found);
    comparison.equal('due', `due ${member}`, isRight ? found : steps[0], found);
  }
}
