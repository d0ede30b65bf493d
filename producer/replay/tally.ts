/** How many lines became what. The rows add up to the lines of the file, whatever happened. */
import { type LineOutcome, type SentAs, SKIP_REASONS, type SkipReason } from './line-outcome';

const SENT_AS: Readonly<Record<SentAs, string>> = {
  views: 'page views',
  events: 'custom events',
  engagements: 'engagement events',
  bots: 'bots',
};

/** Lines that say nothing of visitors; a file of these alone is of another kind. */
const SAYS_NOTHING: readonly SkipReason[] = [
  'blank',
  'header',
  'malformed',
  'malformed_json',
  'not_an_object',
];

export class Tally {
  readonly sent: Record<SentAs, number> = { views: 0, events: 0, engagements: 0, bots: 0 };
  readonly skipped = new Map<SkipReason, number>();
  /** Lines that were looked at. */
  lines = 0;

  count(outcome: LineOutcome): void {
    this.lines += 1;
    if (outcome.kind === 'sent') this.sent[outcome.as] += 1;
    else this.skipped.set(outcome.reason, (this.skipped.get(outcome.reason) ?? 0) + 1);
  }

  /** No line was of the format that the file was taken for. */
  isUnreadable(): boolean {
    const nothing = SAYS_NOTHING.reduce((sum, reason) => sum + (this.skipped.get(reason) ?? 0), 0);
    return this.lines > 0 && nothing === this.lines;
  }

  /** `linesOfFile`: as counted before the replay. */
  describe(linesOfFile: number): readonly string[] {
    const reasons = (Object.keys(SKIP_REASONS) as SkipReason[]).filter((reason) => this.skipped.has(reason));
    const notReached = linesOfFile - this.lines;
    const rows: (readonly [number, string])[] = [
      // A web server's log tells nothing of engagement.
      ...Object.entries(SENT_AS)
        .map(([as, name]) => [this.sent[as as SentAs], name] as const)
        .filter(([count, name]) => count > 0 || name !== SENT_AS.engagements),
      ...reasons.map(
        (reason) => [this.skipped.get(reason) ?? 0, `skipped: ${reason} (${SKIP_REASONS[reason]})`] as const,
      ),
      ...(notReached === 0 ? [] : [[notReached, 'not reached'] as const]),
      [linesOfFile, 'lines'],
    ];
    const width = formatted(linesOfFile).length + 2;
    return rows.map(([count, name]) => `${formatted(count).padStart(width)}  ${name}`);
  }
}

function formatted(count: number): string {
  return count.toLocaleString('en-US');
}
