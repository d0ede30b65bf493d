import {
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
} from 'kafkajs';
import { isPassing } from '../../pipeline/stream/passing-errors';

const between = new KafkaJSProtocolError({
  name: 'NotLeader',
  message: 'This server is not the leader for that topic-partition',
  type: 'NOT_LEADER_FOR_PARTITION',
  code: 6,
  retriable: true,
} as never);
const denied = new KafkaJSProtocolError({
  name: 'Denied',
  message: 'Not authorized to access topics',
  type: 'TOPIC_AUTHORIZATION_FAILED',
  code: 29,
  retriable: false,
} as never);

test.each([
  ['a partition between two leaders', between, true],
  [
    'what kafkajs has given up on, of the same kind',
    new KafkaJSNumberOfRetriesExceeded(between, { retryCount: 12, retryTime: 9 }),
    true,
  ],
  ['no connection', new KafkaJSConnectionError('refused'), true],
  [
    'a broker that is not among the known ones',
    Object.assign(new Error('broker 2'), { name: 'KafkaJSBrokerNotFound' }),
    true,
  ],
  ['no answer', new KafkaJSRequestTimeoutError('ListOffsets'), true],
  ['a missing permission', denied, false],
  [
    'a missing permission that kafkajs has given up on',
    new KafkaJSNumberOfRetriesExceeded(denied, { retryCount: 1, retryTime: 1 }),
    false,
  ],
  ['a wrong argument', new KafkaJSNonRetriableError('Invalid topic'), false],
  ['an error of ours', new Error('x'), false],
  ['no error at all', 'x', false],
])('%s', (_, error, expected) => {
  expect(isPassing(error)).toBe(expected);
});
