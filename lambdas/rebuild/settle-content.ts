/**
 * A commit does a bounded number of due steps; so how far a shard is behind with sealing and deleting depends on how its log was
 * cut. Two shards are compared, or carried over, as they are when all that is due has been done.
 */
import { decodeRegisters, estimateCount } from '../../pipeline/core/hyperloglog';
import { liveKeptMs } from '../../pipeline/core/limits';
import { dueStep, siteOfLiveMember } from '../../pipeline/store/due-steps';
import { COUNT, dueKey, STATE, visitorHllKey, visitorSetKey } from '../../pipeline/store/keys';
import type { ContentValue, ShardContent } from '../../pipeline/store/shard-content';

type Values = Map<string, ContentValue>;

/** What the commit script does in `seal`. */
function seal(values: Values, name: string): void {
  const counts = values.get(name);
  if (counts?.type !== 'hash' || counts.fields.has(COUNT.visitors)) return;
  const isExact = !counts.fields.has(COUNT.promoted);
  const set = values.get(visitorSetKey(name));
  const registers = values.get(visitorHllKey(name));
  const estimate = registers?.type === 'string' ? estimateCount(decodeRegisters(registers.bytes)) : 0;
  const held = set?.type === 'set' ? set.members.size : 0;
  const fields = new Map(counts.fields);
  fields.set(COUNT.visitors, String(isExact ? held : estimate));
  fields.set(COUNT.visitorsExact, isExact ? '1' : '0');
  values.set(name, { type: 'hash', fields });
  values.delete(visitorSetKey(name));
}

/** Who was last seen too long ago goes. */
function tidyLive(values: Values, logTimeMs: number): void {
  for (const [name, value] of values) {
    if (!name.startsWith(':live:') || value.type !== 'zset') continue;
    const scores = new Map([...value.scores].filter(([, seenMs]) => seenMs >= logTimeMs - liveKeptMs));
    if (scores.size > 0) values.set(name, { type: 'zset', scores });
    else values.delete(name);
  }
}

/** Throws StoreCorruptError for a due index that nobody writes. */
export function settleContent({ state, values: stored }: ShardContent): ShardContent {
  const logTimeMs = Number(state.get(STATE.logTime) ?? 0);
  const values: Values = new Map(stored);
  const due = values.get(dueKey(''));
  const scores = new Map(due?.type === 'zset' ? due.scores : []);
  for (const [member, dueMs] of scores) {
    if (dueMs >= logTimeMs || siteOfLiveMember(member) !== undefined) continue;
    const step = dueStep('', member, logTimeMs);
    if (step === undefined) continue;
    if (step.seal !== undefined) seal(values, step.seal);
    for (const name of step.drop) values.delete(name);
    if (step.nextMs === undefined) scores.delete(member);
    else scores.set(member, step.nextMs);
  }
  tidyLive(values, logTimeMs);
  if (scores.size > 0) values.set(dueKey(''), { type: 'zset', scores });
  else values.delete(dueKey(''));
  return { state, values };
}
