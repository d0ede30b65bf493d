import { repairNeed, type ShardCondition } from '../../lambdas/repair/repair-need';

/** A shard that counts well: 100 records, all counted, all committed by the group. */
const well: ShardCondition = {
  logStart: 0,
  logEnd: 100,
  groupOffset: 100,
  next: 100,
  torn: false,
  wrongLog: undefined,
  waitingFrom: undefined,
};

function needOf(changes: Partial<ShardCondition>): string {
  const need = repairNeed({ ...well, ...changes });
  if (need.kind !== 'missing') return need.kind;
  const { range, goOnTo, mustInitialise } = need;
  const more = goOnTo === range.to ? '' : `, on to ${goOnTo}`;
  return `${mustInitialise ? 'new ' : ''}${range.from} to ${range.to}${more}`;
}

test('a shard that is up to date, or lags, or has not begun, needs nothing', () => {
  expect(needOf({})).toBe('none');
  expect(needOf({ next: 40, groupOffset: 40 })).toBe('none');
  expect(needOf({ next: 60, groupOffset: 40 })).toBe('none');
  expect(needOf({ next: undefined, groupOffset: undefined })).toBe('none');
});

test('a note about a batch that has been counted since needs nothing', () => {
  expect(needOf({ next: 100, waitingFrom: 80 })).toBe('none');
});

test('a batch that waits needs what lies before it; what lies above it may have gaps too', () => {
  expect(needOf({ next: 40, groupOffset: 40, waitingFrom: 70 })).toBe('40 to 70, on to 100');
  expect(needOf({ next: undefined, groupOffset: undefined, waitingFrom: 70 })).toBe('new 0 to 70, on to 100');
});

test('what the group has committed is not delivered again', () => {
  expect(needOf({ next: 40, groupOffset: 90 })).toBe('40 to 90');
});

test('what fell out of the log is passed over', () => {
  expect(needOf({ next: 40, groupOffset: 40, logStart: 60 })).toBe('40 to 60');
});

test('a store that lost everything is counted from the start of the log', () => {
  expect(needOf({ next: undefined, groupOffset: 90 })).toBe('new 0 to 90');
  expect(needOf({ next: undefined, groupOffset: 90, logStart: 30 })).toBe('new 30 to 90');
});

test('a new shard of an old topic starts at the start of the log', () => {
  expect(needOf({ next: undefined, groupOffset: undefined, logStart: 30 })).toBe('new 30 to 30');
});

test('a batch that waits at the very beginning waits for the shard itself', () => {
  expect(needOf({ next: undefined, groupOffset: undefined, waitingFrom: 0 })).toBe('new 0 to 0');
});

test('nothing beyond the end of the log is asked for', () => {
  expect(needOf({ next: 40, groupOffset: 500 })).toBe('40 to 100');
});

test('a torn shard and a log that is another one cannot be repaired', () => {
  expect(needOf({ torn: true })).toBe('hopeless');
  expect(needOf({ wrongLog: 'it ends too early' })).toBe('hopeless');
});
