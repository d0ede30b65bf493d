import { logLevel } from 'kafkajs';
import { quietLog } from '../../pipeline/stream/quiet-log';

function logged(...messages: readonly (readonly [level: logLevel, message: string])[]): readonly string[] {
  const lines: string[] = [];
  const log = quietLog((line) => lines.push(line))(logLevel.INFO);
  for (const [level, message] of messages) {
    log({ namespace: 'Test', level, label: '', log: { timestamp: '', message } });
  }
  return lines;
}

describe('what is said of kafkajs’ log', () => {
  it('is one line for what a person must know, however often it comes', () => {
    const denied = [
      logLevel.ERROR,
      'SASL OAUTHBEARER authentication failed: Access denied\n  at stack',
    ] as const;
    expect(logged(denied, denied)).toEqual([
      'Kafka client: SASL OAUTHBEARER authentication failed: Access denied',
    ]);
  });

  it.each([
    [logLevel.ERROR, 'Connection error: connect ECONNREFUSED 127.0.0.1:9092'],
    [logLevel.ERROR, 'Connection timeout'],
    [logLevel.ERROR, 'Failed to connect to seed broker, trying another broker from the list: refused'],
    [logLevel.ERROR, 'Response Metadata(key: 3, version: 6)'],
    [
      logLevel.ERROR,
      "Crash: KafkaJSProtocolError: The coordinator is loading and hence can't process requests for this group",
    ],
    [logLevel.WARN, 'The group is rebalancing, re-joining'],
    [logLevel.INFO, 'Consumer has joined the group'],
  ])('leaves out what is everyday: %d %s', (level, message) => {
    expect(logged([level, message])).toEqual([]);
  });
});
