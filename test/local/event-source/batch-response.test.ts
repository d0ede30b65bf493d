/** Source of all: kafka-retry-configurations, "Partial batch response"; the conditions as in services-kinesis-batchfailurereporting. */
import { readBatchResponse } from '../../../local/event-source/batch-response';

const delivered = [3, 4, 5].map((offset) => ({ partition: 7, offset, timestampMs: 0 }));
const answer = (response: unknown) => readBatchResponse(JSON.stringify(response), 'a-topic', delivered);
const item = (partition: unknown, offset: unknown) => ({
  batchItemFailures: [{ itemIdentifier: { partition, offset } }],
});

test.each([[null], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }], [{ statusCode: 200 }]])(
  'the whole batch has succeeded where no failure is named: %j',
  (response) => {
    expect(answer(response)).toEqual({ kind: 'done' });
  },
);

test('an empty answer is a success', () => {
  expect(readBatchResponse('', 'a-topic', delivered)).toEqual({ kind: 'done' });
});

test("failures are named by the event's name of the partition and the offset", () => {
  expect(answer(item('a-topic-7', 4))).toEqual({
    kind: 'items_failed',
    failures: new Map([[7, new Set([4])]]),
  });
});

test.each([
  ['an unknown partition', item('a-topic-8', 4)],
  ['an unknown offset', item('a-topic-7', 6)],
  ['an offset as text', item('a-topic-7', '4')],
  ['a partition as number', item(7, 4)],
  ['no offset', item('a-topic-7', undefined)],
  [
    'the key of an earlier revision of the guide',
    { batchItemFailures: [{ itemIdentifier: { 'topic-partition': 'a-topic-7', offset: 4 } }] },
  ],
  ['the text of SQS', { batchItemFailures: [{ itemIdentifier: 'a-topic-7-4' }] }],
  ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
  ['a bad key', { batchItemFailures: [{ itemId: { partition: 'a-topic-7', offset: 4 } }] }],
  ['no list', { batchItemFailures: 'all' }],
  ['no object', 'rubbish'],
  ['one good item and one bad', { batchItemFailures: [...item('a-topic-7', 4).batchItemFailures, {}] }],
])('the whole batch has failed where the answer is malformed: %s', (_, response) => {
  expect(answer(response)).toMatchObject({ kind: 'malformed' });
});
