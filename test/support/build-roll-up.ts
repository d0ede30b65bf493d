/** Roll-ups of small logs, made by the fold itself, for tests of what the store does with them. */
import { EDGE_SITE, type LogRecord } from '../../pipeline/core/event';
import { foldRun } from '../../pipeline/core/fold';
import { judgeRecords } from '../../pipeline/core/validation';
import type { CommitOutcome } from '../../pipeline/store/commit-outcome';
import type { ShardId } from '../../pipeline/store/keys';
import type { CommitStore, ShardLookUp } from '../../pipeline/store/store-port';
import { DEMO_SITE, NOON_MS, pageView, recordOf, TEST_NONCE, type WireEvent } from './build-event';

/** Page views at offsets from `first`, one a second of log time, each of its own visitor and messageId. */
export function views(
  first: number,
  count: number,
  changes: (offset: number) => WireEvent = () => ({}),
): LogRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const offset = first + i;
    const atMs = NOON_MS + offset * 1_000;
    const timestamp = new Date(atMs).toISOString();
    const own = { messageId: `m-${offset}`, anonymousId: `v-${offset}`, timestamp, receivedAt: timestamp };
    return recordOf(pageView({ ...own, ...changes(offset) }), offset, atMs);
  });
}

/** One look-up and one commit, as a consumer does, of one partition in one. */
export async function lookUpAndCommit(
  store: CommitStore,
  shard: ShardId,
  records: readonly LogRecord[],
): Promise<{ readonly outcome: CommitOutcome; readonly found: ShardLookUp }> {
  const judged = judgeRecords(records, DEMO_SITE, TEST_NONCE);
  const identities = judged.map(({ verdict }) => {
    if (verdict.kind === 'summary') return { siteId: EDGE_SITE, messageId: verdict.summary.messageId };
    if (verdict.kind !== 'event' || verdict.event.messageId === undefined) return undefined;
    return { siteId: verdict.event.siteId, messageId: verdict.event.messageId };
  });
  const found = await store.lookUp(shard, records[0]?.timestampMs ?? 0, identities);
  const { logTimeMs, markSlices, firstPlaces } = found;
  const { partition } = shard;
  const rollUp = foldRun(judged, { partition, partitionCount: 1, logTimeMs, markSlices, firstPlaces });
  return { found, outcome: await store.commit(shard, rollUp, found, NOON_MS + 100_000) };
}

export async function commitAll(
  store: CommitStore,
  shard: ShardId,
  records: readonly LogRecord[],
): Promise<CommitOutcome> {
  return (await lookUpAndCommit(store, shard, records)).outcome;
}
