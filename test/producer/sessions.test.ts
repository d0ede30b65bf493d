/** What the simulator's visitors do over time: sessions, campaigns, a spike, a day. */
import { HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import type { OutgoingRecord } from '../../pipeline/stream/acknowledged-batch';
import { Outbox } from '../../producer/outbox';
import { writePast } from '../../producer/past';
import { CAMPAIGNS, campaignShare } from '../../producer/simulator/campaigns';
import { dailyFactor } from '../../producer/simulator/daily-curve';
import { SHARES } from '../../producer/simulator/fate';
import { seededRandom } from '../../producer/simulator/random';
import { drawThinkMs, thinkMeanMs } from '../../producer/simulator/session';
import { openSessionsMax, type SimulatedRecord, Simulator } from '../../producer/simulator/simulator';
import { Spike, spikeArticle } from '../../producer/simulator/spike';
import { documentedShares } from '../support/documented-shares';

const midnightMs = Date.UTC(2026, 0, 1);
const options = { sites: ['demo'], partitions: 8, eventsPerSecond: 20 };

interface Step {
  readonly atMs: number;
  readonly type: string;
  readonly anonymousId: string;
  readonly timestamp: string;
  readonly messageId: string;
  readonly properties: { readonly path: string; readonly referrer?: string };
  readonly context: { readonly bot?: boolean; readonly campaign?: { readonly name: string } };
}

/** What can be read of the records, with the time that each was made at. */
function readSteps(records: readonly { readonly atMs: number; readonly record: SimulatedRecord }[]): Step[] {
  return records.flatMap(({ atMs, record }) => {
    try {
      const event = JSON.parse(record.value ?? '') as Omit<Step, 'atMs'>;
      return typeof event.properties?.path === 'string' ? [{ ...event, atMs }] : [];
    } catch {
      return [];
    }
  });
}

function simulate(
  simulator: Simulator,
  fromMs: number,
  lengthMs: number,
  perSecond: (atMs: number) => number,
): Step[] {
  const records: { atMs: number; record: SimulatedRecord }[] = [];
  for (let atMs = fromMs; atMs < fromMs + lengthMs; atMs += 1_000) {
    const due = Math.round(perSecond(atMs));
    for (let i = 0; i < due; i += 1) {
      const dueMs = atMs + Math.floor((1_000 * i) / due);
      records.push({ atMs: dueMs, record: simulator.next(dueMs) });
    }
  }
  return readSteps(records);
}

describe('two hours of a small site', () => {
  const startMs = midnightMs + 9 * HOUR_MS;
  const simulator = new Simulator({ ...options, seed: 3, startMs });
  const steps = simulate(simulator, startMs, 2 * HOUR_MS, () => 20);
  const byVisitor = new Map<string, Step[]>();
  for (const step of steps) {
    // Late, future-dated and sent-again ones are not where they happened.
    if (Math.abs(step.atMs - Date.parse(step.timestamp)) >= MINUTE_MS) continue;
    byVisitor.set(step.anonymousId, [...(byVisitor.get(step.anonymousId) ?? []), step]);
  }

  test('each kind of record has the share that docs/simulator.md says', () => {
    const shares = documentedShares();
    const { bad, late, future, duplicate } = SHARES;
    expect([...shares.values()].slice(3)).toEqual([bad, late, future, duplicate]);
    // The first minutes have few sessions that are further than their first page.
    const settled = steps.filter(({ atMs }) => atMs > startMs + 20 * MINUTE_MS);
    const shareOf = (isMeant: (step: Step) => boolean): number =>
      settled.filter(isMeant).length / (100 * MINUTE_MS * 0.02);
    const counted = {
      'page views': shareOf(({ type }) => type === 'page'),
      'custom events': shareOf(({ type }) => type === 'track'),
      bots: shareOf(({ context }) => context?.bot === true),
    };
    const differences = Object.entries(counted).filter(
      ([name, share]) => Math.abs(share - (shares.get(name) ?? 0)) > 0.006,
    );
    expect(differences).toEqual([]);
  });

  test('pages are read for half a minute in the median, and sessions go on along links', () => {
    const gaps: number[] = [];
    let linked = 0;
    let inner = 0;
    for (const visits of byVisitor.values()) {
      const views = visits.filter(({ type }) => type === 'page');
      for (const [index, view] of views.slice(1).entries()) {
        const gapMs = view.atMs - (views[index]?.atMs ?? 0);
        if (gapMs < 15 * MINUTE_MS) gaps.push(gapMs);
        inner += 1;
        if (view.properties.referrer?.includes('://demo.example') === true) linked += 1;
      }
    }
    gaps.sort((a, b) => a - b);
    const median = gaps[Math.floor(gaps.length / 2)] as number;
    expect(median).toBeGreaterThan(20_000);
    expect(median).toBeLessThan(45_000);
    expect(linked / inner).toBeGreaterThan(0.5);
  });

  test('four in ten who came once saw one page, and some came again', () => {
    const settled = [...byVisitor.values()].filter(
      ([first]) =>
        (first?.atMs ?? 0) > startMs + 10 * MINUTE_MS && (first?.atMs ?? 0) < startMs + 90 * MINUTE_MS,
    );
    const bounced = settled.filter((visits) => visits.filter(({ type }) => type === 'page').length === 1);
    expect(bounced.length / settled.length).toBeGreaterThan(0.3);
    expect(bounced.length / settled.length).toBeLessThan(0.5);
    const again = [...byVisitor.values()].filter((visits) =>
      visits.some((visit, index) => visit.atMs - (visits[index - 1]?.atMs ?? visit.atMs) > 25 * MINUTE_MS),
    );
    expect(again.length / byVisitor.size).toBeGreaterThan(0.01);
  });

  test('visitors that are there follow from the rate and the time that a page is read', () => {
    const planned = 20 * 0.7 * (thinkMeanMs / 1_000);
    expect(simulator.openSessions).toBeGreaterThan(planned * 0.6);
    expect(simulator.openSessions).toBeLessThan(planned * 1.6);
  });

  test('a campaign brings people while it runs, and few are left after it', () => {
    const deal = CAMPAIGNS.find(({ campaign }) => campaign.name === 'flash-deal');
    const running = (atMs: number): boolean => deal !== undefined && campaignShare(deal, atMs) > 0;
    const views = steps.filter(({ context }) => context.campaign?.name === 'flash-deal');
    const during = views.filter(({ atMs }) => running(atMs)).length;
    expect(during).toBeGreaterThan(200);
    expect(during / views.length).toBeGreaterThan(0.6);
    expect(views.some(({ properties }) => properties.path === deal?.landing)).toBe(true);
  });
});

test('the mean of the time that a page is read is what is planned with', () => {
  const random = seededRandom(1);
  const drawn = Array.from({ length: 200_000 }, () => drawThinkMs(random));
  const mean = drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length;
  expect(Math.abs(mean / thinkMeanMs - 1)).toBeLessThan(0.02);
  expect(drawn.every((ms) => ms < 12 * MINUTE_MS)).toBe(true);
});

test('open sessions are bounded at any rate', () => {
  const simulator = new Simulator({ ...options, eventsPerSecond: 50_000, seed: 1, startMs: midnightMs });
  for (let i = 0; i < 400_000; i += 1) simulator.next(midnightMs + Math.floor(i / 50));
  expect(simulator.openSessions).toBeLessThanOrEqual(openSessionsMax);
  expect(simulator.openSessions).toBeGreaterThan(openSessionsMax / 10);
});

test('each campaign starts when docs/simulator.md says, and stops', () => {
  for (const scheduled of CAMPAIGNS) {
    const { startsAtMs, lengthMs, share, halfLifeMs } = scheduled;
    const at = (sinceMs: number): number => campaignShare(scheduled, midnightMs + startsAtMs + sinceMs);
    expect(at(0)).toBe(share);
    expect(at(-1)).toBe(0);
    expect(at(lengthMs)).toBe(0);
    if (halfLifeMs !== undefined) expect(at(halfLifeMs)).toBeCloseTo(share / 2);
  }
});

test('a spike rises to its factor on one article, by the news, and is over', () => {
  const startMs = midnightMs + 12 * HOUR_MS;
  const simulator = new Simulator({ ...options, seed: 4, startMs });
  const spike = new Spike(startMs + 5 * MINUTE_MS, { factor: 10, lengthMs: 5 * MINUTE_MS });
  simulate(simulator, startMs, 5 * MINUTE_MS, () => 20);
  simulator.startSpike(spike);
  const steps = simulate(
    simulator,
    startMs + 5 * MINUTE_MS,
    10 * MINUTE_MS,
    (atMs) => 20 * spike.factorAt(atMs),
  );

  const onArticle = (fromMs: number, untilMs: number): Step[] =>
    steps.filter(
      ({ atMs, type, properties }) =>
        type === 'page' &&
        properties.path === spikeArticle &&
        atMs - startMs >= fromMs &&
        atMs - startMs < untilMs,
    );
  const atTop = onArticle(5.5 * MINUTE_MS, 6.5 * MINUTE_MS);
  const after = onArticle(12 * MINUTE_MS, 13 * MINUTE_MS);

  expect(spike.factorAt(startMs)).toBe(1);
  expect(spike.factorAt(startMs + 5.75 * MINUTE_MS)).toBeCloseTo(10);
  expect(spike.factorAt(startMs + 10 * MINUTE_MS)).toBe(1);
  expect(atTop.length).toBeGreaterThan(20 * Math.max(1, after.length));
  const byNews = atTop.filter(({ properties: { referrer } }) =>
    /news\.google|t\.co|reddit|linkedin|facebook/.test(referrer ?? ''),
  );
  expect(byNews.length / atTop.length).toBeGreaterThan(0.5);
});

test('a day has its mean where RATE says, and four times as much in the evening as at night', () => {
  const levels = Array.from({ length: 24 * 60 }, (_, minute) => dailyFactor(minute / 60));
  expect(levels.reduce((sum, level) => sum + level, 0) / levels.length).toBeCloseTo(1, 2);
  expect(dailyFactor(20) / dailyFactor(3)).toBeCloseTo(4);
  expect(Math.max(...levels)).toBe(dailyFactor(20));
});

test('the past is the day that ends now: nothing is older than it, it follows the curve, and ids go on', async () => {
  const nowMs = midnightMs + 24 * HOUR_MS;
  const fromMs = nowMs - 24 * HOUR_MS;
  const sent: OutgoingRecord[] = [];
  const sender = async (records: readonly OutgoingRecord[]): Promise<void> => {
    sent.push(...records);
  };
  const outbox = new Outbox(
    { send: sender, abandon: () => undefined, close: async () => undefined },
    10_000,
    () => undefined,
    (error) => {
      throw error;
    },
  );
  const simulator = new Simulator({ ...options, eventsPerSecond: 2, seed: 6, startMs: fromMs });
  const factorAt = (atMs: number): number => dailyFactor((atMs % (24 * HOUR_MS)) / HOUR_MS);
  let last: { done: number; written: number } | undefined;

  await writePast(simulator, outbox, {
    fromMs,
    eventsPerSecond: 2,
    factorAt,
    nowMs: () => nowMs,
    isStopped: () => false,
    report: (progress) => {
      last = progress;
    },
  });
  expect(await outbox.drain(10_000)).toBe(0);

  const steps = readSteps(sent.map((record) => ({ atMs: 0, record })));
  const times = steps.map(({ timestamp }) => Date.parse(timestamp)).filter((ms) => !Number.isNaN(ms));
  const inHour = (hour: number): number =>
    times.filter((ms) => Math.floor((ms - fromMs) / HOUR_MS) === hour).length;
  expect(last).toMatchObject({ done: 1, written: sent.length });
  expect(Math.abs(sent.length / (2 * 86_400) - 1)).toBeLessThan(0.01);
  expect(times.every((ms) => ms > fromMs - 2_000 && ms <= nowMs)).toBe(true);
  expect(inHour(20) / inHour(3)).toBeGreaterThan(3);
  expect(inHour(20) / inHour(3)).toBeLessThan(5);
  // Live traffic of the same simulator goes on with its ids: nothing of it is taken for a re-send.
  const ids = new Set(steps.map(({ messageId }) => messageId));
  const [live] = readSteps([{ atMs: nowMs, record: simulator.next(nowMs + 1) }]);
  expect(ids.has(live?.messageId ?? '')).toBe(false);
});
