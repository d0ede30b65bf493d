/** Judges a batch as validation.ts does, and several times as fast where its events are laid out as our own edge writes them. */
import { readCanonicalLayout } from './canonical-layout';
import type { ClickEvent, JudgedRecord, LogRecord } from './event';
import { eventBytesMax } from './limits';
import { type PackedRecord, packRecords } from './packed-records';
import { judgeRecords, type SiteRules } from './validation';

/** Undefined: ask validation.ts. */
function readQuickly(record: PackedRecord | undefined, sites: SiteRules): ClickEvent | undefined {
  if (record === undefined) return undefined;
  const { values, start, end } = record;
  const bytes = end - start;
  return bytes > 0 && bytes <= eventBytesMax ? readCanonicalLayout(values, start, end, sites) : undefined;
}

/** Each record, in order. The outcome is that of judgeRecords, whatever the records hold. `nonce`: see parseBatch. */
export function judgeBatch(records: readonly LogRecord[], sites: SiteRules, nonce: string): JudgedRecord[] {
  const judged: JudgedRecord[] = new Array(records.length);
  const places: number[] = [];
  const others: LogRecord[] = [];
  const packed = packRecords(records);
  for (let i = 0; i < records.length; i += 1) {
    const record = records[i] as LogRecord;
    const event = readQuickly(packed[i], sites);
    if (event !== undefined) {
      const { offset, timestampMs } = record;
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
