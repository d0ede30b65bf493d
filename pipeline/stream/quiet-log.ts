/**
 * What of kafkajs' log a person should read: errors and warnings as one line each, without stacks, each at most once in
 * 30 s. Lost connections are left out, because broker-presence.ts says the same in two lines.
 */
import { type LogEntry, type logCreator, logLevel } from 'kafkajs';
import type { SayLine } from './broker-presence';

const repeatMs = 30_000;
/** Distinct messages that are remembered; beyond it the memory starts anew, so that it cannot grow. */
const remembered = 200;

/** Everyday messages of a client whose broker goes away, rebalances or is reached for the first time. */
const everyday = [
  /^Connection (error|timeout)/,
  /^Failed to connect/,
  /^Closed connection/,
  /^Failed to send messages/,
  // A refused request: its caller gets the error, and retries or says so.
  /^Response \w+\(/,
  /^Restarting the consumer/,
  /^Crash: KafkaJS(NumberOfRetriesExceeded|ConnectionError|ConnectionClosedError|RequestTimeoutError)/,
  /^Crash: KafkaJSNonRetriableError: (Connection error|Failed to find group coordinator)/,
  // A broker that has just started, or taken over from another: the consumer begins again by itself.
  /^Crash: KafkaJSProtocolError: The (group )?coordinator is/,
  /^The group is rebalancing/,
  /^Limiting retries for the idempotent producer/,
  /^KafkaJSConnection/,
];

export function quietLog(say: SayLine): logCreator {
  const saidAtMs = new Map<string, number>();
  return () => (entry: LogEntry) => {
    if (entry.level > logLevel.WARN) return;
    const message = String(entry.log.message).split('\n', 1)[0] ?? '';
    if (everyday.some((pattern) => pattern.test(message))) return;
    const nowMs = Date.now();
    if (nowMs - (saidAtMs.get(message) ?? -Infinity) < repeatMs) return;
    if (saidAtMs.size >= remembered) saidAtMs.clear();
    saidAtMs.set(message, nowMs);
    say(`Kafka client: ${message}`);
  };
}
