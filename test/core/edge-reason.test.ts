import { EDGE_REASON_NAMES, edgeSummaryValue } from '../../pipeline/core/edge-reason';

test('a summary is one JSON object that names its reason and its number', () => {
  for (const reason of EDGE_REASON_NAMES) {
    expect(JSON.parse(edgeSummaryValue('m-1', reason, 7))).toEqual({
      v: 1,
      type: 'edge',
      messageId: 'm-1',
      reason,
      count: 7,
    });
  }
});

test('reasons are words that need no escaping in a key, a field or a page', () => {
  for (const reason of EDGE_REASON_NAMES) expect(reason).toMatch(/^[a-z]+(_[a-z]+)*$/);
});
