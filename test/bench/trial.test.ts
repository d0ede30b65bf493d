import { confirmRate, searchRate } from '../../bench/search-rate';
import { judgeLag, type LagSample } from '../../bench/trial';

/** Five seconds, five samples each: written and counted at steady rates, from a lag of 500 records. */
function samples(writtenPerSecond: number, countedPerSecond: number): LagSample[] {
  return Array.from({ length: 26 }, (_, i) => ({
    atMs: i * 200,
    written: 500 + (writtenPerSecond * i) / 5,
    counted: (countedPerSecond * i) / 5,
  }));
}

test('a rate is held where lag stays as it is, however large', () => {
  expect(judgeLag(samples(1_000, 1_000), 1_000)).toEqual({
    isHeld: true,
    lagGrowth: 0,
    lagMedian: 500,
    rate: 1_000,
  });
});

test('a rate is not held where lag grows by more than 2 % of what was written', () => {
  expect(judgeLag(samples(1_000, 990), 1_000).isHeld).toBe(true);
  expect(judgeLag(samples(1_000, 960), 1_000).isHeld).toBe(false);
});

test('a producer that falls behind its rate holds nothing: the generator would be measured', () => {
  expect(judgeLag(samples(950, 950), 1_000).isHeld).toBe(false);
  expect(judgeLag(samples(980, 980), 1_000).isHeld).toBe(true);
});

/** A machine that holds every rate up to its limit, and where an event costs `allUs`. */
function machine(limit: number, allUs: number) {
  const tried: number[] = [];
  const tryRate = async (asked: number) => {
    tried.push(asked);
    return { asked, isHeld: asked <= limit, lagGrowth: 0, allUs };
  };
  return { tried, tryRate };
}

const quiet = (): void => undefined;

test.each([
  ['climbs from a guess that is too low', 60_000, 50],
  ['falls from a guess that is too high', 20_000, 50],
  ['falls below the rate that it began with', 3_000, 50],
])('the search %s, to within a step of the limit', async (_, limit, allUs) => {
  const found = await searchRate(machine(limit, allUs).tryRate, 1_000_000, quiet, 2);
  expect(found).toBeLessThanOrEqual(limit);
  expect(found).toBeGreaterThan(limit * 0.87);
});

test('the search never tries more than it may', async () => {
  const { tried, tryRate } = machine(1_000_000, 10);
  expect(await searchRate(tryRate, 40_000, quiet, 2)).toBe(40_000);
  expect(Math.max(...tried)).toBe(40_000);
});

test('a machine that holds nothing is an error', async () => {
  await expect(searchRate(machine(0, 50).tryRate, 1_000_000, quiet, 2)).rejects.toThrow('were held');
});

test('a rate that most runs do not hold gives way to the next lower one', async () => {
  const asked: number[] = [];
  const answers = [true, false, false, true, true, false];
  const confirmed = await confirmRate(1_000, true, 3, async (rate) => {
    asked.push(rate);
    return { isHeld: answers[asked.length - 1] as boolean };
  });
  expect(asked).toEqual([1_000, 1_000, 1_000, 880, 880, 880]);
  expect(confirmed.rate).toBe(880);
  expect(confirmed.trials).toHaveLength(3);
});

test('where holding is not asked, the first rate is taken as it comes', async () => {
  const confirmed = await confirmRate(1_000, false, 1, async () => ({ isHeld: false }));
  expect(confirmed.rate).toBe(1_000);
});
