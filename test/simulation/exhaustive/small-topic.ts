/** The log of the small space: one partition whose records meet the edges that matter, each re-sent on both sides of the window. */
import type { DrawnEvent, DrawnRecord } from '../drawn-record';
import { MemoryTopic } from '../memory-topic';

const startMs = Date.UTC(2026, 0, 15, 12, 0, 30);

function view(messageId: string, visitor: string): DrawnEvent {
  return {
    ...{ kind: 'page', site: 'demo', visitor, messageId, what: '/', ageMs: 0, isBot: false },
    ...{ receivedAgoMs: undefined, referrer: undefined, browser: undefined, device: undefined },
    ...{ os: undefined, country: undefined, source: undefined, campaign: undefined },
  } as DrawnEvent;
}

/** How far log time goes on before each record, ms, and the record. */
const log: readonly (readonly [number, DrawnRecord])[] = [
  [0, view('m1', 'v1')],
  // Re-sent within the window.
  [1_000, view('m1', 'v1')],
  // Re-sent when the window has passed; what is due meanwhile is closed with it.
  [13 * 60_000, view('m1', 'v2')],
  [1_000, view('m1', 'v2')],
];

/** The first `records` of it. */
export function smallTopic(records: number): MemoryTopic {
  const topic = new MemoryTopic('small', 1, startMs);
  topic.grow();
  for (const [stepMs, record] of log.slice(0, records)) topic.write(0, record, stepMs);
  // The group has got everything: whatever the store loses, only repair brings back.
  topic.partition(0).groupOffset = topic.partition(0).logEnd;
  return topic;
}
