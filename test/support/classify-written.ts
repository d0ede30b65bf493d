/**
 * What a written record must become, told from its text alone and by rules stated here once more: it shares nothing with the
 * pipeline, so that both are not wrong together.
 */
export interface Classified {
  readonly fate: string;
  readonly isLate: boolean;
  readonly isSkewed: boolean;
}

const reject = (reason: string): Classified => ({
  fate: `rejected ${reason}`,
  isLate: false,
  isSkewed: false,
});
const minuteMs = 60_000;

function rejection(text: string): string | undefined {
  if (text.length > 32_768) return 'too_large';
  let event: Record<string, unknown>;
  try {
    event = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return 'malformed_json';
  }
  if (Array.isArray(event)) return 'not_an_object';
  if (event.v !== 1) return 'unsupported_version';
  if (event.type === 'edge') return 'bad_summary';
  if (event.type !== 'page' && event.type !== 'track' && event.type !== 'engagement') return 'unknown_type';
  if (event.anonymousId === undefined) return 'missing_field';
  if (typeof event.event === 'string' && event.event.length > 120) return 'field_too_long';
  if (Number.isNaN(Date.parse(String(event.timestamp)))) return 'bad_timestamp';
  const { revenue, engagedMs } = (event.properties ?? {}) as {
    revenue?: { amount: string };
    engagedMs?: number;
  };
  if (revenue !== undefined && Number.isNaN(Number(revenue.amount))) return 'bad_revenue';
  if (event.type === 'engagement' && (engagedMs ?? -1) < 0) return 'bad_engagement';
  return event.siteId === 'demo' ? undefined : 'unknown_site';
}

/** Tells records apart in the order of a partition's log; `text` null: a record without value. */
export class WrittenClassifier {
  private readonly seen = new Set<string>();

  classify(text: string | null, logMs: number): Classified {
    if (text === null) return reject('empty_value');
    const reason = rejection(text);
    if (reason !== undefined) return reject(reason);
    const event = JSON.parse(text) as {
      readonly messageId: string;
      readonly timestamp: string;
      readonly receivedAt: string;
      readonly context?: { readonly bot?: boolean };
    };
    if (this.seen.has(event.messageId)) return { fate: 'duplicate', isLate: false, isSkewed: false };
    this.seen.add(event.messageId);
    if (event.context?.bot === true) return { fate: 'bot', isLate: false, isSkewed: false };
    const atMs = Date.parse(event.timestamp);
    const isSkewed = atMs > Date.parse(event.receivedAt) + 5 * minuteMs;
    return { fate: 'counted', isLate: !isSkewed && logMs - atMs > 10 * minuteMs, isSkewed };
  }
}
