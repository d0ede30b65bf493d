/** The past that is written before the live traffic, against a clock that goes on meanwhile, and the seam between the two. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../pipeline/core/limits';
import type { OutgoingRecord } from '../../pipeline/stream/acknowledged-batch';
import { Outbox } from '../../producer/outbox';
import { writePast } from '../../producer/past';
import { SimulatedTraffic } from '../../producer/simulated-traffic';
import { Simulator } from '../../producer/simulator/simulator';

const startedMs = Date.UTC(2026, 0, 2);
const spike = { factor: 5, lengthMs: 3 * MINUTE_MS };

interface Event {
  readonly messageId: string;
  readonly timestamp: string;
  readonly receivedAt: string;
}

function outboxTo(take: (records: readonly OutgoingRecord[]) => void): Outbox {
  const send = async (records: readonly OutgoingRecord[]): Promise<void> => take(records);
  const fail = (error: unknown): never => {
    throw error;
  };
  return new Outbox(
    { send, abandon: () => undefined, close: async () => undefined },
    2_000,
    () => undefined,
    fail,
  );
}

/** undefined: one of the bad records. */
function eventOf({ value }: OutgoingRecord): Event | undefined {
  try {
    const event = JSON.parse(value ?? '') as Partial<Event>;
    const times = [event.timestamp, event.receivedAt].map((text) => Date.parse(text ?? ''));
    return times.some(Number.isNaN) || event.messageId === undefined ? undefined : (event as Event);
  } catch {
    return undefined;
  }
}

test('no event is older than 25 h or ahead by the log time that it gets, and it ends where the clock then is', async () => {
  // Prepare: a Kafka that takes 300 records a second, so that writing takes minutes.
  let nowMs = startedMs;
  const fromMs = startedMs - DAY_MS;
  const ages: number[] = [];
  let newestMs = 0;
  const outbox = outboxTo((records) => {
    nowMs += Math.ceil((records.length * SECOND_MS) / 300);
    for (const event of records.map(eventOf)) {
      if (event === undefined) continue;
      ages.push(nowMs - Date.parse(event.timestamp));
      newestMs = Math.max(newestMs, Date.parse(event.receivedAt));
    }
  });
  const eventsPerSecond = 1;
  const simulator = new Simulator({
    seed: 6,
    sites: ['demo'],
    partitions: 4,
    eventsPerSecond,
    startMs: fromMs,
  });

  // Act
  await writePast(simulator, outbox, {
    fromMs,
    eventsPerSecond,
    factorAt: () => 1,
    nowMs: () => nowMs,
    isStopped: () => false,
    report: () => undefined,
  });
  await outbox.drain(1_000);

  // Assess
  expect(nowMs - startedMs).toBeGreaterThan(4 * MINUTE_MS);
  expect(ages.length).toBeGreaterThan(85_000);
  expect(Math.max(...ages.map((age) => age / HOUR_MS))).toBeLessThan(24.1);
  expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
  // What lay in the outbox was sent after the last was made.
  expect(newestMs).toBeGreaterThan(nowMs - 10 * SECOND_MS);
});

describe('the traffic of a run', () => {
  const said: string[] = [];
  let sent: OutgoingRecord[];
  let isLive: boolean;

  beforeEach(() => {
    jest.useFakeTimers({ now: startedMs, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    said.length = 0;
    sent = [];
    isLive = false;
  });
  afterEach(() => jest.useRealTimers());

  function begin(isTopicEmpty: boolean): SimulatedTraffic {
    const outbox = outboxTo((records) => {
      sent.push(...records);
      if (!isLive) jest.advanceTimersByTime(2);
    });
    return new SimulatedTraffic(
      {
        simulator: true,
        eventsPerSecond: 20,
        hasDailyCurve: false,
        pastMs: 10 * MINUTE_MS,
        via: 'kafka',
        seed: 6,
        sites: ['demo'],
      },
      outbox,
      { partitions: 4, seed: 6, isTopicEmpty, say: (line) => said.push(line) },
    );
  }

  async function runLive(traffic: SimulatedTraffic, lengthMs: number): Promise<readonly Event[]> {
    await traffic.run();
    isLive = true;
    await jest.advanceTimersByTimeAsync(lengthMs);
    traffic.stop();
    return sent.flatMap((record) => eventOf(record) ?? []);
  }

  it('goes from the past into the present without a gap, a rush, or a messageId of two events', async () => {
    // Act
    const events = await runLive(begin(true), MINUTE_MS);

    // Assess
    const times = events.map(({ receivedAt }) => Date.parse(receivedAt)).sort((a, b) => a - b);
    const gaps = times.slice(1).map((ms, i) => ms - (times[i] as number));
    expect((times[0] as number) - startedMs).toBeLessThan(-10 * MINUTE_MS + SECOND_MS);
    expect((times.at(-1) as number) - startedMs).toBeGreaterThan(MINUTE_MS - SECOND_MS);
    expect(Math.max(...gaps)).toBeLessThan(300);
    const perSecond = new Map<number, number>();
    for (const ms of times) {
      const second = Math.floor(ms / SECOND_MS);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    // Without the bad records, and with those that are sent again.
    const inner = [...perSecond.values()].slice(1, -1);
    expect(Math.min(...inner)).toBeGreaterThanOrEqual(16);
    expect(Math.max(...inner)).toBeLessThanOrEqual(24);
    const byId = new Map<string, string>();
    const texts = events.map((event) => [event.messageId, JSON.stringify(event)] as const);
    const clashes = texts.filter(([id, text]) => {
      const before = byId.get(id);
      byId.set(id, text);
      return before !== undefined && before !== text;
    });
    expect(clashes).toEqual([]);
    expect(byId.size / events.length).toBeGreaterThan(0.985);
  });

  it('has no past where the topic has records, and says so', async () => {
    const events = await runLive(begin(false), 10 * SECOND_MS);

    expect(said).toEqual(['the topic has records already, so no past is written: --fresh empties it']);
    expect(events.length).toBeGreaterThan(180);
    expect(events.every(({ receivedAt }) => Date.parse(receivedAt) >= startedMs - SECOND_MS)).toBe(true);
  });

  it('refuses a spike before the live traffic has begun, and has its factor afterwards', async () => {
    // Act
    const traffic = begin(true);
    const early = traffic.startSpike(spike);
    await traffic.run();
    isLive = true;
    const article = '/blog/scale-3';
    const before = sent.length;
    const started = traffic.startSpike(spike);
    await jest.advanceTimersByTimeAsync(spike.lengthMs);
    const inSpike = sent.length - before;
    await jest.advanceTimersByTimeAsync(MINUTE_MS);
    traffic.stop();

    // Assess
    expect(early).toEqual({ refused: 'the past is still being written' });
    expect(started).toEqual({ started: { factor: 5, minutes: 3, usualPerSecond: 20, article } });
    // The rise is a triangle, the decay ends at e^-4: in the mean 0.075 + 0.85 * 0.245 of what is above.
    expect(inSpike / (20 * 180)).toBeCloseTo(1 + 4 * (0.075 + (0.85 * (1 - Math.exp(-4))) / 4), 1);
    expect((sent.length - before - inSpike) / (20 * 60)).toBeCloseTo(1, 1);
  });

  it('writes nothing more of the past once it is stopped', async () => {
    const traffic = begin(true);
    const running = traffic.run();
    traffic.stop();
    await running;
    await jest.advanceTimersByTimeAsync(5 * SECOND_MS);

    expect(sent.length).toBeLessThanOrEqual(20);
  });
});

test('says that all is written at its end, also where the clock goes on meanwhile', async () => {
  // Prepare
  let nowMs = startedMs;
  const fromMs = startedMs - MINUTE_MS;
  const simulator = new Simulator({
    seed: 7,
    sites: ['demo'],
    partitions: 1,
    eventsPerSecond: 1,
    startMs: fromMs,
  });
  const done: number[] = [];

  // Act
  await writePast(
    simulator,
    outboxTo(() => undefined),
    {
      fromMs,
      eventsPerSecond: 1,
      factorAt: () => 1,
      nowMs: () => nowMs,
      isStopped: () => {
        nowMs += 5;
        return false;
      },
      report: (progress) => done.push(progress.done),
    },
  );

  // Assess
  expect(done.at(-1)).toBe(1);
});
