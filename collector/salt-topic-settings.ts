/** What the topic of the days' salts is made with. */
import { DAY_MS, HOUR_MS } from '../pipeline/core/limits';

export function saltTopicOf(eventTopic: string): string {
  return `${eventTopic}-salts`;
}

/** Yesterday's is needed for half an hour. A segment is closed by the next day's salt at the latest, and deleted when it is old enough. */
export const SALT_TOPIC_SETTINGS: Readonly<Record<string, string>> = {
  'message.timestamp.type': 'LogAppendTime',
  'cleanup.policy': 'delete',
  'retention.ms': String(2 * DAY_MS),
  'segment.ms': String(12 * HOUR_MS),
};
