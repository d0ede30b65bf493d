/** The rules of retries, splits and partial responses, one test a rule, its source beside it (docs/event-source.md). */
import {
  afterInvocation,
  beforeInvocation,
  DEFAULT_READINGS,
  type Plan,
  type PlannedRecord,
  type PlanRules,
  pauseBefore,
  planBatch,
  type Readings,
  type Verdict,
  withoutPartition,
} from '../../../local/event-source/delivery-plan';

const forEver: PlanRules = {
  retriesMax: Number.POSITIVE_INFINITY,
  recordAgeMsMax: Number.POSITIVE_INFINITY,
  bisects: false,
  readings: DEFAULT_READINGS,
};
const read = (readings: Partial<Readings>): Readings => ({ ...DEFAULT_READINGS, ...readings });

function records(partition: number, from: number, to: number, timestampMs = 0): PlannedRecord[] {
  return Array.from({ length: to - from }, (_, i) => ({ partition, offset: from + i, timestampMs }));
}

/** `p:offsets` of each part, in order of delivery. */
function shape(plan: Plan<PlannedRecord> | undefined): string[] {
  return (plan?.parts ?? []).map(({ records: of }) =>
    of.map(({ partition, offset }) => `${partition}:${offset}`).join(' '),
  );
}

const failed: Verdict = { kind: 'failed' };
const items = (...named: readonly (readonly [number, readonly number[]])[]): Verdict => ({
  kind: 'items_failed',
  failures: new Map(named.map(([partition, offsets]) => [partition, new Set(offsets)])),
});

/** The same verdict for ever, until nothing is left; answers what was delivered, and what was given up. */
function play(plan: Plan<PlannedRecord>, rules: PlanRules, judge: (offsets: readonly number[]) => Verdict) {
  const delivered: number[][] = [];
  const givenUp: number[][] = [];
  let plans = [plan];
  while (plans.length > 0 && delivered.length < 1_000) {
    const [next, ...others] = plans as [Plan<PlannedRecord>, ...Plan<PlannedRecord>[]];
    const offsets = (next.parts[0]?.records ?? []).map(({ offset }) => offset);
    delivered.push(offsets);
    const step = afterInvocation(next, judge(offsets), rules);
    givenUp.push(...step.givenUp.map(({ records: of }) => of.map(({ offset }) => offset)));
    plans = [...step.plans, ...others];
  }
  return { delivered, givenUp };
}

// Source: with-msk-configure, kafka-retry-configurations ("The default is -1 (infinite)").
test('on demand, a batch that fails is delivered again whole, until it succeeds', () => {
  let plan = planBatch(records(0, 5, 8));
  for (let attempt = 1; attempt <= 50; attempt += 1) {
    const step = afterInvocation(plan, failed, forEver);
    expect(step.givenUp).toEqual([]);
    [plan = plan] = step.plans;
    expect(shape(plan)).toEqual(['0:5 0:6 0:7']);
  }
  expect(afterInvocation(plan, { kind: 'done' }, forEver)).toEqual({ givenUp: [], plans: [] });
});

// Not documented: pauses are ours.
test('pauses grow with each failure in a row, to two seconds at most', () => {
  let plan = planBatch(records(0, 0, 1));
  const pauses = Array.from({ length: 7 }, () => {
    [plan = plan] = afterInvocation(plan, failed, forEver).plans;
    return pauseBefore(plan);
  });
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
});

// Source: kafka-retry-configurations ("This doesn't count the initial invocation attempt").
test.each([0, 1, 3])(
  'maximumRetryAttempts %i: as many retries after the first attempt, then it is given up',
  (retriesMax) => {
    const { delivered, givenUp } = play(
      planBatch(records(0, 0, 2)),
      { ...forEver, retriesMax },
      () => failed,
    );

    expect(delivered).toEqual(Array.from({ length: retriesMax + 1 }, () => [0, 1]));
    expect(givenUp).toEqual([[0, 1]]);
  },
);

// Source: with-msk-configure (error or throttle: retried); kinesis-on-failure-destination ("Before invocation: ... throttling ...
// retries until the records expire or exceed the maximum age"), read for Kafka as well.
test('throttling is retried, counts as no attempt and splits nothing', () => {
  const rules = { ...forEver, retriesMax: 0, bisects: true };
  const step = afterInvocation(planBatch(records(0, 0, 4)), { kind: 'throttled' }, rules);

  expect(step.givenUp).toEqual([]);
  expect(step.plans[0]?.parts).toMatchObject([{ attempts: 0, retries: 0 }]);
  expect(shape(step.plans[0])).toEqual(['0:0 0:1 0:2 0:3']);
  expect(pauseBefore(step.plans[0] as Plan<PlannedRecord>)).toBe(100);
});

// Source: kafka-retry-configurations ("Maximum record age: The maximum age of a record that Lambda sends to your function").
test('maximumRecordAgeSeconds: a record that is older is not sent, whether for the first time or again', () => {
  const rules = { ...forEver, recordAgeMsMax: 60_000 };
  const plan = planBatch([...records(0, 0, 2, 1_000), ...records(0, 2, 4, 5_000)]);

  expect(beforeInvocation(plan, rules, 61_000).givenUp).toEqual([]);
  const step = beforeInvocation(plan, rules, 61_001);
  expect(step.givenUp).toMatchObject([{ reason: 'record_too_old', attempts: 0 }]);
  expect(shape(step.plans[0])).toEqual(['0:2 0:3']);
  expect(beforeInvocation(plan, rules, 65_001).plans).toEqual([]);
});

// Source: kafka-retry-configurations ("Split batch on error: split the batch into two smaller batches and retry each separately").
test('bisectBatchOnFunctionError finds the one bad record, and everything else is delivered in order', () => {
  const bad = 5;
  const { delivered, givenUp } = play(
    planBatch(records(0, 0, 8)),
    { ...forEver, bisects: true, retriesMax: 1 },
    (offsets) => (offsets.includes(bad) ? failed : { kind: 'done' }),
  );

  expect(delivered).toEqual([
    [0, 1, 2, 3, 4, 5, 6, 7],
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [4, 5],
    [4],
    [5],
    [5],
    [6, 7],
  ]);
  expect(givenUp).toEqual([[bad]]);
});

// Source: kinesis-on-failure-destination ("Splitting batches doesn't consume the retry quota"); for Kafka a doubt: both readings.
test.each([
  { bisect: 'free', givenUp: [[2], [3]] },
  { bisect: 'counted', givenUp: [[2, 3]] },
] as const)('a split is read as $bisect', ({ bisect, givenUp }) => {
  const rules = { ...forEver, bisects: true, retriesMax: 1, readings: read({ bisect }) };
  const played = play(planBatch(records(0, 0, 4)), rules, (offsets) =>
    offsets.some((offset) => offset >= 2) ? failed : { kind: 'done' },
  );

  expect(played.givenUp).toEqual(givenUp);
});

// Source: kafka-retry-configurations ("so Lambda can retry only the failed records"); which later ones: a doubt, both readings.
test.each([
  { redelivery: 'from_first', again: '0:3 0:4 0:5' },
  { redelivery: 'named_only', again: '0:3 0:5' },
] as const)('after a partial failure later records are read as $redelivery', ({ redelivery, again }) => {
  const rules = { ...forEver, readings: read({ redelivery }) };
  const step = afterInvocation(planBatch(records(0, 0, 6)), items([0, [3, 5]]), rules);

  expect(step.plans.map(shape)).toEqual([[again]]);
});

// Our own, for mixed payloads: the guide does not say when the other partitions of the batch go on.
test('a partition that did not fail is free at once, and each that did is retried by itself', () => {
  const plan = planBatch([...records(0, 0, 2), ...records(1, 7, 9), ...records(2, 4, 6)]);
  const step = afterInvocation(plan, items([0, [1]], [2, [4]]), forEver);

  expect(step.plans.map(shape)).toEqual([['0:1'], ['2:4 2:5']]);
});

// Source: kafka-retry-configurations, services-kinesis-batchfailurereporting ("Lambda retries failures based on your retry strategy").
test('partial failures use up retries, too, and what is left is given up', () => {
  const rules = { ...forEver, retriesMax: 2 };
  const { delivered, givenUp } = play(planBatch(records(0, 0, 3)), rules, () => items([0, [2]]));

  expect(delivered).toEqual([[0, 1, 2], [2], [2]]);
  expect(givenUp).toEqual([[2]]);
});

// Not documented: both readings.
test.each([
  { progress: 'keeps_count', givenUp: [[2, 3, 4, 5]] },
  { progress: 'resets_count', givenUp: [] },
] as const)('retries of a batch that gets further: $progress', ({ progress, givenUp }) => {
  const rules = { ...forEver, retriesMax: 1, readings: read({ progress }) };
  // Each invocation does one record, and fails from the next on.
  const played = play(planBatch(records(0, 0, 6)), rules, (offsets) =>
    offsets.length === 1 ? { kind: 'done' } : items([0, [(offsets[0] as number) + 1]]),
  );

  expect(played.givenUp).toEqual(givenUp);
});

// Source: services-kinesis-batchfailurereporting ("the batch is bisected at the returned sequence number").
test('a partial failure splits at the failed record and not in the middle, bisecting or not', () => {
  const step = afterInvocation(planBatch(records(0, 0, 8)), items([0, [6]]), { ...forEver, bisects: true });

  expect(step.plans.map(shape)).toEqual([['0:6 0:7']]);
});

test('a partition that went to another member is delivered no further, in whatever part it is', () => {
  const plan = planBatch([...records(0, 0, 2), ...records(1, 0, 2)]);
  const [split] = afterInvocation(plan, failed, { ...forEver, bisects: true }).plans;

  expect(withoutPartition(split as Plan<PlannedRecord>, 0).map(shape)).toEqual([['1:0 1:1']]);
  expect(withoutPartition(planBatch(records(0, 0, 2)), 0)).toEqual([]);
});
