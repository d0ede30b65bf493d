/** A line of our own NDJSON: a canonical event (docs/events.md) that is judged here by the consumer's own rules. */
import { randomUUID } from 'node:crypto';
import { parseIsoTime } from '../../pipeline/core/iso-time';
import { judgeRecords, type SiteRules } from '../../pipeline/core/validation';
import { type LineOutcome, skipped } from './line-outcome';

type Fields = Readonly<Record<string, unknown>>;

export interface EventLineRules {
  /** Takes the place of each event's own site; undefined: it stays. */
  readonly siteId: string | undefined;
  /** Of events that have none. */
  readonly messageId: string;
  readonly shiftMs: number;
  readonly sites: SiteRules;
}

/** Of letters and digits: see parseBatch. */
const nonce = randomUUID().replaceAll('-', '');

function parseFields(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

function shifted(time: unknown, shiftMs: number): unknown {
  const ms = typeof time === 'string' ? parseIsoTime(time) : undefined;
  return ms === undefined ? time : new Date(ms + shiftMs).toISOString();
}

/** What is not an object is left for the judgement to name. */
function adapt(line: string, rules: EventLineRules): string {
  const fields = parseFields(line);
  if (fields === undefined) return line;
  const { siteId, messageId, shiftMs } = rules;
  return JSON.stringify({
    ...fields,
    ...(fields.messageId === undefined && fields.v === 1 ? { messageId } : {}),
    ...(siteId === undefined || fields.v !== 1 ? {} : { siteId }),
    ...(shiftMs === 0 || fields.timestamp === undefined
      ? {}
      : { timestamp: shifted(fields.timestamp, shiftMs) }),
    ...(shiftMs === 0 || fields.receivedAt === undefined
      ? {}
      : { receivedAt: shifted(fields.receivedAt, shiftMs) }),
  });
}

const sentAs = { page: 'views', track: 'events', engagement: 'engagements' } as const;

export function mapEventLine(line: string, rules: EventLineRules): LineOutcome {
  const value = adapt(line, rules);
  const record = { offset: 0, timestampMs: 0, value: new TextEncoder().encode(value) };
  const verdict = judgeRecords([record], rules.sites, nonce)[0]?.verdict;
  if (verdict === undefined || verdict.kind === 'heartbeat') return skipped('heartbeat');
  // What an edge did not let through then is nothing that comes again.
  if (verdict.kind === 'summary') return skipped('edge_summary');
  if (verdict.kind === 'rejected') return skipped(verdict.reason);
  const { siteId, anonymousId, timestampMs, context, type } = verdict.event;
  // The demo's dialect has neither a time nor an identity: replayed twice, it would count twice.
  if (timestampMs === undefined) return skipped('no_time');
  const as = context.isBot ? 'bots' : sentAs[type];
  return { kind: 'sent', as, timeMs: timestampMs, event: { siteId, anonymousId, value } };
}

/** undefined: the line has no time. */
export function timeOfEventLine(line: string): number | undefined {
  const timestamp = parseFields(line)?.timestamp;
  return typeof timestamp === 'string' ? parseIsoTime(timestamp) : undefined;
}
