import * as limits from '../../pipeline/core/limits';
import {
  delayedLagMsMax,
  type FreshnessMark,
  judgeFreshness,
  type LastAnswer,
  liveLagMsMax,
  silentMsMax,
} from '../../web/freshness';

/** States at each given time, after an answer at `receivedAtMs` and none since. */
function statesAfter(last: LastAnswer | undefined, times: readonly number[]): FreshnessMark['state'][] {
  return times.map((nowMs) => judgeFreshness(last, 0, nowMs).state);
}

test('the bounds are those of the server', () => {
  expect(liveLagMsMax).toBe(limits.liveLagMsMax);
  expect(delayedLagMsMax).toBe(limits.delayedLagMsMax);
});

test('before the first answer it is connecting, and after 5 s there is no answer', () => {
  expect(statesAfter(undefined, [0, 4_999, 5_000, 60_000])).toEqual([
    'connecting',
    'connecting',
    'silent',
    'silent',
  ]);
});

test.each([
  [0, 'live'],
  [4_000, 'live'],
  [4_001, 'delayed'],
  [30_000, 'delayed'],
  [30_001, 'stale'],
  [null, 'empty'],
])('a lag of %s ms is %s', (lagMs, state) => {
  expect(judgeFreshness({ lagMs, receivedAtMs: 100 }, 0, 100).state).toBe(state);
});

test('lag grows by the page’s own clock until the next answer', () => {
  const last = { lagMs: 1_500, receivedAtMs: 10_000 };

  expect(judgeFreshness(last, 0, 12_500)).toEqual({ state: 'live', lagMs: 4_000, silentMs: 2_500 });
  expect(judgeFreshness(last, 0, 12_501).state).toBe('delayed');
  expect(judgeFreshness(last, 0, 15_000).state).toBe('silent');
});

test('a heartbeat that stops is said within 5 s, answers every second or none at all', () => {
  // The last heartbeat was committed at 0; an answer each second says how old it is by then.
  for (let nowMs = 4_250; nowMs <= 60_000; nowMs += 250) {
    const receivedAtMs = Math.floor(nowMs / 1_000) * 1_000;
    expect(judgeFreshness({ lagMs: receivedAtMs, receivedAtMs }, 0, nowMs).state).not.toBe('live');
  }
  for (let nowMs = 5_000; nowMs <= 60_000; nowMs += 250) {
    expect(judgeFreshness({ lagMs: 0, receivedAtMs: 0 }, 0, nowMs).state).not.toBe('live');
  }
});

test('a page that was hidden gives the server 5 s again, and its lag is true at once', () => {
  const last = { lagMs: 500, receivedAtMs: 0 };

  expect(judgeFreshness(last, 9_000, 9_100)).toMatchObject({ state: 'delayed', lagMs: 9_600 });
  expect(judgeFreshness(last, 9_000, 9_000 + silentMsMax).state).toBe('silent');
});

test('an answer after a silence is all that recovery needs', () => {
  expect(judgeFreshness({ lagMs: 300, receivedAtMs: 90_000 }, 0, 90_100).state).toBe('live');
});
