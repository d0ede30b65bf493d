import fc from 'fast-check';
import type { LogRecord } from '../../pipeline/core/event';
import { anyCuts, anyLog, cutAt } from '../support/build-event';
import { MemoryShard } from '../support/memory-shard';
import { naiveCount } from '../support/naive-count';

function countWhole(log: readonly LogRecord[]): MemoryShard {
  const shard = new MemoryShard();
  shard.count(log);
  return shard;
}

function ledgerOf(shard: MemoryShard, term: string): number {
  return shard.cells.get(`ledger ${term}`) ?? 0;
}

/** Sum over the cells whose names match. */
function sum(shard: MemoryShard, pattern: RegExp): number {
  return Array.from(shard.cells).reduce(
    (total, [name, count]) => total + (pattern.test(name) ? count : 0),
    0,
  );
}

test('any cutting of a log into batches folds to the same cells', () => {
  fc.assert(
    fc.property(anyLog, anyCuts, (log, cuts) => {
      const cut = new MemoryShard();
      for (const batch of cutAt(log, cuts)) cut.count(batch);
      expect(cut.print()).toEqual(countWhole(log).print());
    }),
    { numRuns: 500 },
  );
});

test('the fold counts what the rules say, read word for word', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      expect(countWhole(log).print()).toEqual(naiveCount(log));
    }),
    { numRuns: 1_000 },
  );
});

test('every record ends in exactly one of counted, bot, heartbeat, summary, duplicate, rejected', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      const shard = countWhole(log);
      const ends = ['counted', 'bots', 'heartbeats', 'summaries', 'duplicates'].map((term) =>
        ledgerOf(shard, term),
      );
      expect(ends.reduce((a, b) => a + b) + sum(shard, /^ledger rejected /)).toBe(log.length);
    }),
  );
});

test('the same log folds to the same cells at any wall-clock time', () => {
  fc.assert(
    fc.property(anyLog, fc.integer({ min: 0, max: 4e12 }), (log, wallClockMs) => {
      const expected = countWhole(log).print();
      jest.useFakeTimers({ now: wallClockMs });
      try {
        expect(countWhole(log).print()).toEqual(expected);
      } finally {
        jest.useRealTimers();
      }
    }),
    { numRuns: 50 },
  );
});

test('sums agree across grains and dimensions', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      const shard = countWhole(log);
      const views = sum(shard, /^demo all views$/);
      expect(sum(shard, /^demo all pages /)).toBe(views);
      const engagements = sum(shard, /^demo all engagements$/);
      expect(views + engagements + sum(shard, /^demo all events$/)).toBe(ledgerOf(shard, 'counted'));
      expect(sum(shard, /^demo all bots$/)).toBe(ledgerOf(shard, 'bots'));
      for (const grain of ['m', 'h', 'd']) {
        expect(sum(shard, new RegExp(`^demo ${grain}\\d+ pages `))).toBe(
          sum(shard, new RegExp(`^demo ${grain}\\d+ views$`)),
        );
      }
      for (const grain of ['m', 'h', 'd']) {
        const of = (what: string): number => sum(shard, new RegExp(`^demo ${grain}\\d+ ${what}`));
        expect(of('engagedTimes ')).toBe(of('engagedMs$'));
        expect(of('scrollDepths ')).toBe(of('scrolled$'));
        expect(of('props ')).toBe(of('propKeys '));
      }
      expect(sum(shard, /^demo m\d+ views$/)).toBe(sum(shard, /^demo s/));
      expect(sum(shard, /^demo [m]\d+ (views|events|engagements)$/)).toBe(
        ledgerOf(shard, 'counted') - ledgerOf(shard, 'late'),
      );
    }),
  );
});
