/** What the store made of the records, beside what they had to become: term by term, to the unit. */
import { allTimeKey, COUNT, STATE, shardTag } from '../../pipeline/store/keys';
import type { FedTopic } from '../fed-topic';
import type { FateTally } from './fate';

/** Fields of a shard's state that are sums of records. */
const ledgerTerms = [
  STATE.counted,
  STATE.bots,
  STATE.heartbeats,
  STATE.duplicates,
  STATE.late,
  STATE.skewed,
  STATE.empty,
  STATE.lost,
];
const allTimeTerms = [COUNT.views, COUNT.events];

/** Sums over all shards. */
export async function storedTerms(
  topic: FedTopic,
  partitions: number,
  sites: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  const add = (term: string, count: string | null): void => {
    if (count !== null && Number(count) !== 0) sums.set(term, (sums.get(term) ?? 0) + Number(count));
  };
  for (const state of await topic.shards.states()) {
    for (const [field, count] of Object.entries(state)) {
      if (ledgerTerms.some((term) => term === field) || field.startsWith(STATE.rejectedPrefix))
        add(field, count);
    }
  }
  for (let partition = 0; partition < partitions; partition += 1) {
    const tag = shardTag({ topic: topic.name, generation: 1, partition });
    for (const site of sites) {
      const counts = await topic.shards.redis.hmget(allTimeKey(tag, site), ...allTimeTerms);
      allTimeTerms.forEach((term, i) => {
        add(term, counts[i] ?? null);
      });
    }
  }
  return sums;
}

export interface Account {
  readonly term: string;
  readonly expected: number;
  readonly stored: number;
}

export function accountsOf(tally: FateTally, stored: ReadonlyMap<string, number>): readonly Account[] {
  const terms = [...new Set([...tally.terms.keys(), ...stored.keys()])].sort();
  return terms.map((term) => ({
    term,
    expected: tally.terms.get(term) ?? 0,
    stored: stored.get(term) ?? 0,
  }));
}

export function printAccounts(accounts: readonly Account[]): string[] {
  return accounts.map(
    ({ term, expected, stored }) =>
      `${term.padEnd(28)} ${expected.toLocaleString('en').padStart(10)} ${stored.toLocaleString('en').padStart(10)}`,
  );
}
