/** The fields of a shard's state that count records or offsets. */
const fixedTerms = [
  ...['counted', 'bots', 'heartbeats', 'summaries', 'duplicates'],
  ...['late', 'skewed', 'empty', 'lost'],
];
export const rejectedPrefix = 'rejected:';
/** What the edge told of: no records. */
const edgePrefix = 'edge:';

/** Those of the ledger, and rejections and what the edge told of by their reasons, where there are any. */
export function ledgerTerms(state: ReadonlyMap<string, unknown>): readonly string[] {
  const isByReason = (field: string): boolean =>
    field.startsWith(rejectedPrefix) || field.startsWith(edgePrefix);
  return [...fixedTerms, ...[...state.keys()].filter(isByReason)];
}
