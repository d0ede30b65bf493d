/** Judges a batch as validation.ts does, and several times as fast where its events are laid out as our own edge writes them. */
import { readCanonicalLayout } from './canonical-layout';
import type { JudgedRecord, LogRecord } from './event';
import { eventBytesMax } from './limits';
import { judgeRecords, type SiteRules } from './validation';

/** Each record, in order. The outcome is that of judgeRecords, whatever the records hold. `nonce`: see parseBatch. */
export function judgeBatch(records: readonly LogRecord[], sites: SiteRules, nonce: string): JudgedRecord[] {
  const judged: JudgedRecord[] = new Array(records.length);
  const places: number[] = [];
  const others: LogRecord[] = [];
  for (let i = 0; i < records.length; i += 1) {
    const record = records[i] as LogRecord;
    const { offset, timestampMs, value } = record;
    const isReadable = value !== null && value.length > 0 && value.length <= eventBytesMax;
    const event = isReadable ? readCanonicalLayout(value, sites) : undefined;
    if (event !== undefined) {
      judged[i] = { offset, timestampMs, verdict: { kind: 'event', event } };
    } else {
      places.push(i);
      others.push(record);
    }
  }
  for (const [i, record] of judgeRecords(others, sites, nonce).entries())
    judged[places[i] as number] = record;
  return judged;
}
