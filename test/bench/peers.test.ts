import { Answer, compareAnswers } from '../../bench/peers/answer';
import { makePageViews, noAnswer, workMinutes } from '../../bench/peers/page-views';
import { foldPages } from '../../bench/peers/pages-roll-up';
import type { LogRecord } from '../../pipeline/core/event';
import { foldRun } from '../../pipeline/core/fold';
import { judgeBatch } from '../../pipeline/core/judge-batch';
import { TEST_NONCE } from '../support/build-event';

const startMs = Date.UTC(2026, 0, 1, 12);
const minuteMs = 60_000;
const sites = { listed: new Set(['demo']), defaultSite: 'demo' };

function rightOf(views: readonly (readonly [page: string, minuteMs: number, visitor: number])[]): Answer {
  const answer = new Answer(1_000);
  for (const [page, atMs, visitor] of views) answer.add(page, atMs, visitor);
  return answer;
}

/** All records of a small work in one partition, and its right answer. */
function work(events: number): { readonly log: LogRecord[]; readonly right: Answer } {
  const right = noAnswer();
  const log = Array.from(
    makePageViews({ events, partitions: 1, startMs }, right),
    ({ value, timestampMs }, offset): LogRecord => ({ offset, timestampMs, value: Buffer.from(value) }),
  );
  return { log, right };
}

test('an answer is right where every page, every page of a minute and the visitors of each minute agree', () => {
  const right = rightOf([
    ['/a', 0, 1],
    ['/a', minuteMs, 2],
    ['/b', minuteMs, 2],
  ]);
  const { compared, differing, tooOften, lost } = compareAnswers(right, right);
  expect({ compared, differing, tooOften, lost }).toEqual({
    compared: 7,
    differing: 0,
    tooOften: 0,
    lost: 0,
  });
});

test('what is counted twice, lost, or in a minute where nothing was, is found, and in which direction', () => {
  const right = rightOf([
    ['/a', 0, 1],
    ['/b', 0, 1],
  ]);
  const twice = rightOf([
    ['/a', 0, 1],
    ['/a', 0, 1],
    ['/c', minuteMs, 1],
  ]);
  expect(compareAnswers(right, twice)).toMatchObject({ differing: 7, tooOften: 2, lost: 1 });
});

test('visitors may be estimated, but not by more than a HyperLogLog errs', () => {
  const views = Array.from({ length: 100 }, (_, i) => ['/a', 0, i] as const);
  const right = rightOf(views);
  const found = (visitors: number) => ({ ...right, visitors: new Map([[0, visitors]]) });
  expect(compareAnswers(right, found(96)).differing).toBe(0);
  expect(compareAnswers(right, found(95)).differing).toBe(1);
});

test('the work is the same each time, each event in the layout that is read fast, and its answer adds up', () => {
  const [{ log, right }, again] = [work(3_000), work(3_000)];
  expect(again.log.map(({ value }) => String(value))).toEqual(log.map(({ value }) => String(value)));
  expect([...right.pages.values()].reduce((a, b) => a + b)).toBe(3_000);
  expect(right.minutes.size).toBe(workMinutes);
  const ids = log.map(({ value }) => (JSON.parse(String(value)) as { messageId: string }).messageId);
  expect(new Set(ids).size).toBe(3_000);
});

test("the peers' roll-up of clickstream is the right answer, and the whole one holds it too", () => {
  const { log, right } = work(3_000);
  const judged = judgeBatch(log, sites, TEST_NONCE);
  const context = { partition: 0, partitionCount: 1, logTimeMs: 0 };
  const lean = foldPages(judged, context);
  const firstPlaces = judged.map((_, place) => place);
  const whole = foldRun(judged, { ...context, markSlices: [], firstPlaces });
  const site = lean.sites.get('demo');
  expect(site?.allTime.pages).toEqual(new Map(right.pages));
  expect(whole.sites.get('demo')?.allTime.pages).toEqual(site?.allTime.pages);
  const minutes = new Map(
    Array.from(site?.buckets.values() ?? [], ({ startMs: at, dimensions }) => [at, dimensions.get('pages')]),
  );
  expect(minutes).toEqual(right.minutes);
  const visitors = new Map(
    Array.from(site?.buckets.values() ?? [], ({ startMs: at, visitors: seen }) => [at, seen.length]),
  );
  expect(visitors).toEqual(right.visitors);
});

test('nothing is kept that the peers do not have: no mark, no other grain or dimension, no feed', () => {
  const lean = foldPages(judgeBatch(work(500).log, sites, TEST_NONCE), {
    partition: 0,
    partitionCount: 1,
    logTimeMs: 0,
  });
  const site = lean.sites.get('demo');
  expect(lean.marks).toEqual([]);
  expect(new Set(Array.from(site?.buckets.values() ?? [], ({ grain }) => grain))).toEqual(
    new Set(['minute']),
  );
  const dimensions = Array.from(site?.buckets.values() ?? [], (bucket) => [...bucket.dimensions.keys()]);
  expect(new Set(dimensions.flat())).toEqual(new Set(['pages']));
  expect([site?.feed.length, site?.seconds.size]).toEqual([0, 0]);
  expect(lean.ledger.counted).toBe(500);
});
