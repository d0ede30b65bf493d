/** The fields of a shard's state that count records or offsets. */
const fixedTerms = ['counted', 'bots', 'heartbeats', 'duplicates', 'late', 'skewed', 'empty', 'lost'];
export const rejectedPrefix = 'rejected:';

/** Those of the ledger, and rejections by their reason where there are any. */
export function ledgerTerms(state: ReadonlyMap<string, unknown>): readonly string[] {
  return [...fixedTerms, ...[...state.keys()].filter((field) => field.startsWith(rejectedPrefix))];
}
