import { HOUR_MS, MINUTE_MS, skewMsMax } from '../../pipeline/core/limits';
import { visitorPartition } from '../../pipeline/core/partition';
import { REJECTION_REASONS } from '../../pipeline/core/rejection';
import { judgeRecords } from '../../pipeline/core/validation';
import { SHARES } from '../../producer/simulator/fate';
import { isoTime } from '../../producer/simulator/iso-time';
import { type SimulatedRecord, Simulator } from '../../producer/simulator/simulator';

const startMs = Date.UTC(2026, 0, 1, 12);
const partitions = 8;
const eventsPerSecond = 1_000;

/** Records of virtual time: one each millisecond. */
function simulate(count: number, seed = 7, sites: readonly string[] = ['demo']): readonly SimulatedRecord[] {
  const simulator = new Simulator({ seed, sites, partitions, eventsPerSecond, startMs });
  return Array.from({ length: count }, (_, i) => simulator.next(startMs + i));
}

const utf8 = new TextEncoder();

function judge(records: readonly SimulatedRecord[], sites: readonly string[] = ['demo']) {
  const log = records.map(({ value }, i) => ({
    offset: i,
    timestampMs: startMs + i,
    value: value === null ? null : utf8.encode(value),
  }));
  const rules = { listed: new Set(sites), defaultSite: 'demo' };
  return judgeRecords(log, rules, '0123456789abcdef').map(({ verdict, timestampMs }) => ({
    verdict,
    timestampMs,
  }));
}

describe('the simulator', () => {
  const records = simulate(200_000);
  const judged = judge(records);
  const events = judged.flatMap(({ verdict, timestampMs }) =>
    verdict.kind === 'event'
      ? [{ ...verdict.event, timestampMs: verdict.event.timestampMs ?? 0, logMs: timestampMs }]
      : [],
  );
  const share = (count: number) => count / records.length;

  it('makes the same records of the same seed and times, and others of another seed', () => {
    expect(simulate(3_000)).toEqual(simulate(3_000));
    expect(simulate(100)).not.toEqual(simulate(100, 8));
  });

  it('makes whole records from the first one on, whatever the seed', () => {
    // Numbers are compared, because toEqual takes [undefined] for [].
    const isWhole = (record: SimulatedRecord | undefined) =>
      typeof record?.key === 'string' && record.value !== undefined;
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    expect(seeds.filter((seed) => !simulate(1_200, seed).every(isWhole))).toEqual([]);
  });

  it('makes other messageIds in a run that starts at another time', () => {
    const options = { seed: 7, sites: ['demo'], partitions, eventsPerSecond };
    const [first, second] = [startMs, startMs + 1].map((ms) =>
      new Simulator({ ...options, startMs: ms }).next(startMs),
    );
    expect(first).not.toEqual(second);
  });

  it('makes nothing invalid but the bad records', () => {
    const rejected = judged.filter(({ verdict }) => verdict.kind === 'rejected').length;
    expect(share(rejected)).toBeCloseTo(SHARES.bad, 3);
    expect(events.length + rejected).toBe(records.length);
  });

  it('gives every reason that a record can be rejected for', () => {
    const reasons = new Set(
      judged.map(({ verdict }) => (verdict.kind === 'rejected' ? verdict.reason : undefined)),
    );
    const expected = REJECTION_REASONS.filter((reason) => reason !== 'unprocessable');
    expect([...reasons].filter((reason) => reason !== undefined).sort()).toEqual([...expected].sort());
  });

  it('sends its share of records again, soon enough to be told from new ones', () => {
    const seen = new Map<string, number>();
    let again = 0;
    for (const { messageId = '', logMs } of events) {
      const beforeMs = seen.get(messageId);
      if (beforeMs !== undefined) {
        again += 1;
        expect(logMs - beforeMs).toBeLessThan(10 * MINUTE_MS);
      }
      seen.set(messageId, logMs);
    }
    expect(share(again)).toBeCloseTo(SHARES.duplicate, 3);
  });

  it('dates its share of events late: some within the hour’s grace, some within the day’s, some beyond', () => {
    const ages = events
      .map(({ timestampMs, logMs }) => logMs - timestampMs)
      .filter((age) => age > 10 * MINUTE_MS);
    expect(share(ages.length)).toBeCloseTo(SHARES.late, 3);
    expect(ages.some((age) => age < 25 * HOUR_MS)).toBe(true);
    expect(ages.some((age) => age > 25 * HOUR_MS && age < 49 * HOUR_MS)).toBe(true);
    expect(ages.some((age) => age > 49 * HOUR_MS)).toBe(true);
  });

  it('dates its share of events in the future', () => {
    const ahead = events.filter(
      ({ timestampMs, receivedAtMs = 0 }) => timestampMs > receivedAtMs + skewMsMax,
    );
    expect(share(ahead.length)).toBeCloseTo(SHARES.future, 3);
  });

  it('looks like a site: popular pages, followed links, campaigns, visitors that return', () => {
    // Prepare
    const views = new Map<string, number>();
    for (const {
      page: { path },
    } of events)
      if (path !== undefined) views.set(path, (views.get(path) ?? 0) + 1);
    const counts = [...views.values()].sort((a, b) => b - a);
    const visits = new Map<string, number>();
    for (const { anonymousId } of events) visits.set(anonymousId, (visits.get(anonymousId) ?? 0) + 1);

    // Assess
    expect(counts.length).toBeGreaterThan(250);
    expect(counts[0]).toBeGreaterThan(20 * (counts[200] as number));
    expect(new Set(events.map(({ page }) => page.referrerHost)).size).toBeGreaterThan(6);
    expect(new Set(events.map(({ context }) => context.country)).size).toBeGreaterThan(8);
    expect([...visits.values()].some((count) => count > 3)).toBe(true);
  });

  it('keys every record by its visitor and puts it where Kafka’s own partitioner would', () => {
    for (const { key, partition } of records.slice(0, 2_000)) {
      const [siteId, anonymousId] = (key as string).split(':') as [string, string];
      expect(partition).toBe(visitorPartition(siteId, anonymousId, partitions));
    }
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(partitions);
  });

  it('spreads traffic over the sites that are counted', () => {
    const sites = ['demo', 'shop', 'blog'];
    const verdicts = judge(simulate(5_000, 7, sites), sites);
    const seen = new Set(
      verdicts.flatMap(({ verdict }) => (verdict.kind === 'event' ? [verdict.event.siteId] : [])),
    );
    expect([...seen].sort()).toEqual([...sites].sort());
  });

  it.each([0, 1, 999, 1_000, startMs, startMs + 7, startMs + 4_007, startMs - 86_400_000])(
    'writes the time %d as Date does',
    (ms) => {
      expect(isoTime(ms)).toBe(new Date(ms).toISOString());
    },
  );
});
