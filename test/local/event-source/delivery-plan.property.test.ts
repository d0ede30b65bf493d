/** Whatever functions answer: nothing is lost, nothing is delivered out of order, and it ends where it must. */
import fc from 'fast-check';
import {
  afterInvocation,
  beforeInvocation,
  type Plan,
  type PlannedRecord,
  type PlanRules,
  partitionsOf,
  planBatch,
  type Step,
  type Verdict,
} from '../../../local/event-source/delivery-plan';

const anyRules: fc.Arbitrary<PlanRules> = fc.record({
  retriesMax: fc.integer({ min: 0, max: 6 }),
  recordAgeMsMax: fc.constantFrom(50, 5_000, Number.POSITIVE_INFINITY),
  bisects: fc.boolean(),
  readings: fc.record({
    redelivery: fc.constantFrom('from_first' as const, 'named_only' as const),
    bisect: fc.constantFrom('free' as const, 'counted' as const),
    progress: fc.constantFrom('keeps_count' as const, 'resets_count' as const),
  }),
});

const anyBatch = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 100 }),
    ),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((drawn) => {
    const next = new Map<number, number>();
    return drawn.map(([partition, gap, timestampMs]): PlannedRecord => {
      const offset = (next.get(partition) ?? 0) + gap;
      next.set(partition, offset);
      return { partition, offset, timestampMs };
    });
  });

/** A number decides what an invocation comes to. */
function verdictOf(draw: number, delivered: readonly PlannedRecord[]): Verdict {
  if (draw % 4 === 0) return { kind: 'done' };
  if (draw % 4 === 1) return { kind: 'failed' };
  if (draw % 4 === 2) return { kind: 'throttled' };
  const failures = new Map<number, Set<number>>();
  delivered.forEach(({ partition, offset }, i) => {
    if (((draw >> (2 + (i % 20))) & 1) === 0) return;
    failures.set(partition, (failures.get(partition) ?? new Set()).add(offset));
  });
  return failures.size === 0 ? { kind: 'done' } : { kind: 'items_failed', failures };
}

const name = ({ partition, offset }: PlannedRecord): string => `${partition}:${offset}`;

/** Which records a verdict leaves done, by the reading. */
function doneOf(delivered: readonly PlannedRecord[], verdict: Verdict, rules: PlanRules): PlannedRecord[] {
  if (verdict.kind === 'done') return [...delivered];
  if (verdict.kind !== 'items_failed') return [];
  return delivered.filter(({ partition, offset }) => {
    const offsets = verdict.failures.get(partition);
    if (offsets === undefined) return true;
    return rules.readings.redelivery === 'named_only' ? !offsets.has(offset) : offset < Math.min(...offsets);
  });
}

test('every record ends done or given up, exactly one of the two, and only then', () => {
  fc.assert(
    fc.property(anyBatch, anyRules, fc.array(fc.nat(), { maxLength: 60 }), (batch, rules, draws) => {
      const ended = new Map<string, 'done' | 'given up'>();
      const end = (records: readonly PlannedRecord[], how: 'done' | 'given up'): void => {
        for (const record of records) {
          expect(ended.has(name(record))).toBe(false);
          ended.set(name(record), how);
        }
      };
      let plans: Plan<PlannedRecord>[] = [planBatch(batch)];
      const take = (step: Step<PlannedRecord>): void => {
        for (const { records } of step.givenUp) end(records, 'given up');
        plans.push(...step.plans);
      };
      for (let turn = 0; plans.length > 0; turn += 1) {
        const plan = plans.shift() as Plan<PlannedRecord>;
        const before = beforeInvocation(plan, rules, turn);
        if (before.givenUp.length > 0) {
          take(before);
          continue;
        }
        const delivered = plan.parts[0]?.records ?? [];
        const verdict = verdictOf(draws[turn] ?? 0, delivered);
        end(doneOf(delivered, verdict, rules), 'done');
        take(afterInvocation(plan, verdict, rules));
        const open = plans.flatMap((other) => other.parts.flatMap(({ records }) => records.map(name)));
        expect(open.length + ended.size).toBe(batch.length);
        plans = plans.filter(({ parts }) => parts.length > 0);
        const partitions = plans.flatMap((other) => [...partitionsOf(other)]);
        expect(new Set(partitions).size).toBe(partitions.length);
      }
      expect(ended.size).toBe(batch.length);
    }),
    { numRuns: 500 },
  );
});

test('within a partition no record is delivered before an earlier one is done or given up, if they come from the first failed', () => {
  fc.assert(
    fc.property(anyBatch, anyRules, fc.array(fc.nat(), { maxLength: 60 }), (batch, drawn, draws) => {
      const rules: PlanRules = { ...drawn, readings: { ...drawn.readings, redelivery: 'from_first' } };
      const open = new Set(batch.map(name));
      const plans = [planBatch(batch)];
      for (let turn = 0; plans.length > 0; turn += 1) {
        const plan = plans.shift() as Plan<PlannedRecord>;
        const delivered = plan.parts[0]?.records ?? [];
        for (const first of delivered) {
          const earlier = batch.filter((r) => r.partition === first.partition && r.offset < first.offset);
          const inFront = earlier.filter((record) => open.has(name(record)));
          expect(inFront.every((record) => delivered.includes(record))).toBe(true);
        }
        const verdict = verdictOf(draws[turn] ?? 0, delivered);
        for (const record of doneOf(delivered, verdict, rules)) open.delete(name(record));
        const step = afterInvocation(plan, verdict, rules);
        for (const { records } of step.givenUp) for (const record of records) open.delete(name(record));
        plans.push(...step.plans);
      }
    }),
    { numRuns: 300 },
  );
});

test('a function that always fails is invoked a bounded number of times where retries are bounded', () => {
  fc.assert(
    fc.property(anyBatch, anyRules, (batch, rules) => {
      const plans = [planBatch(batch)];
      let invocations = 0;
      while (plans.length > 0) {
        const plan = plans.shift() as Plan<PlannedRecord>;
        invocations += 1;
        plans.push(...afterInvocation(plan, { kind: 'failed' }, rules).plans);
        expect(invocations).toBeLessThanOrEqual(2 * batch.length * (rules.retriesMax + 1) + batch.length);
      }
    }),
  );
});
