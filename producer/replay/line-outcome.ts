/** What a line of a replayed file becomes: a closed list, so that the lines of a file add up. */
import { REJECTIONS } from '../../pipeline/core/rejection';

export interface ReplayedEvent {
  readonly siteId: string;
  readonly anonymousId: string;
  /** JSON. */
  readonly value: string;
}

/** What is sent, by what the page will count it as. */
export type SentAs = 'views' | 'events' | 'engagements' | 'bots';

/** Why a line is not sent, in the order in which it is looked for. To add a reason, add a row here. */
export const SKIP_REASONS = {
  blank: 'the line is empty',
  header: 'a line that describes the log itself',
  malformed: 'not a line of this format of log',
  method: 'not a GET',
  status: 'answered by another status than 200 or 304',
  feed: 'a feed, read by programs',
  file: 'not a page by its extension: image, style, script, download',
  too_long: 'its path is longer than 2,000 characters',
  heartbeat: 'a heartbeat of a producer',
  edge_summary: 'what a collector did not let through then',
  no_time: 'an event without a time of its own',
  ...REJECTIONS,
} as const;

export type SkipReason = keyof typeof SKIP_REASONS;

export type LineOutcome =
  | { readonly kind: 'sent'; readonly as: SentAs; readonly timeMs: number; readonly event: ReplayedEvent }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

export function skipped(reason: SkipReason): LineOutcome {
  return { kind: 'skipped', reason };
}
