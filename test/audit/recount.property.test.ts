/** The audit's recount and the pipeline's fold were written apart from each other, and must agree on any log. */
import fc from 'fast-check';
import { placement } from '../../audit/placement';
import { DIMENSION_CODES } from '../../audit/rules';
import { ShardRecount } from '../../audit/shard-recount';
import { anyCuts, anyLog, cutAt, DEMO_SITE, TEST_NONCE } from '../support/build-event';
import { MemoryShard } from '../support/memory-shard';

const PARTITIONS = 3;
const dimensionNames = new Map(Object.entries(DIMENSION_CODES).map(([name, code]) => [code as string, name]));

function newRecount(next: number): ShardRecount {
  return new ShardRecount({
    partition: 1,
    from: 0,
    next,
    allTimeFrom: 0,
    // Nothing expires.
    finalLogTimeMs: Number.NEGATIVE_INFINITY,
    sites: DEMO_SITE,
    knownSites: new Set(),
    unprocessable: new Set(),
    partitionOf: placement('any', PARTITIONS),
    holdsSite: () => true,
    holdsBucket: () => true,
    isBucketsOnly: false,
    isSealed: () => false,
    nonce: TEST_NONCE,
  });
}

/** In the form in which MemoryShard prints its cells. */
function cellsOf(recount: ShardRecount): string[] {
  const lines: string[] = [];
  const add = (name: string, count: number): void => {
    if (count !== 0) lines.push(`${name} = ${count}`);
  };
  for (const [term, count] of recount.ledger) add(`ledger ${term.replace(':', ' ')}`, count);
  for (const [siteId, site] of recount.sites) {
    const buckets = [...site.buckets].map(([name, bucket]) => [name.replace(':', ''), bucket] as const);
    for (const [name, bucket] of [...buckets, ['all', site.allTime] as const]) {
      for (const [field, count] of Object.entries(bucket.counts)) add(`${siteId} ${name} ${field}`, count);
      for (const [code, values] of bucket.values) {
        for (const [value, n] of values) add(`${siteId} ${name} ${dimensionNames.get(code)} ${value}`, n);
      }
      if (bucket.unite && name !== 'all') lines.push(`${siteId} ${name} unite`);
    }
    for (const [minute, seconds] of site.seconds) {
      for (const [second, views] of seconds) add(`${siteId} s${minute}+${second} views`, views);
    }
  }
  return [...lines, `next = ${recount.plan.next}`, `log time = ${recount.logTimeMs}`].sort();
}

test('recount and fold give the same cells, however the log is cut', () => {
  fc.assert(
    fc.property(anyLog, anyCuts, anyCuts, (log, foldCuts, auditCuts) => {
      const shard = new MemoryShard(1, PARTITIONS);
      for (const batch of cutAt(log, foldCuts)) shard.count(batch);
      const recount = newRecount(log.length);
      for (const batch of cutAt(log, auditCuts)) recount.add(batch);

      const withoutVisitors = shard.print().filter((line) => !/ (visitors|last seen) = /.test(line));
      expect(cellsOf(recount)).toEqual(withoutVisitors);
    }),
    { numRuns: 300 },
  );
});

test('recount and fold see the same visitors, and last at the same time', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      const shard = new MemoryShard(1, PARTITIONS);
      shard.count(log);
      const recount = newRecount(log.length);
      recount.add(log);

      const site = recount.sites.get('demo');
      const sizes = new Map(
        [...(site?.buckets ?? [])].map(([name, b]) => [`demo ${name.replace(':', '')}`, b.visitors.size]),
      );
      const expected = new Map([...shard.visitors].map(([name, set]) => [name, set.size]));
      for (const [name, size] of expected) {
        expect(name === 'demo all' ? site?.allTime.visitors.size : sizes.get(name)).toBe(size);
      }
      expect([...(site?.lastSeen.values() ?? [])].sort()).toEqual([...shard.lastSeen.values()].sort());
    }),
    { numRuns: 200 },
  );
});

test('records outside the plan are not counted', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(60), (log, next) => {
      const recount = newRecount(next);
      recount.add(log);
      expect(recount.records).toBe(Math.min(next, log.length));
    }),
    { numRuns: 50 },
  );
});
