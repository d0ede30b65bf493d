/**
 * The work that all contestants are given, and its right answer, which is counted while it is made: page views alone, since a demo
 * knows nothing else, in the layout of docs/events.md with all that our own roll-up counts of a page view. The same seed gives the
 * same events.
 */
import { MINUTE_MS, SECOND_MS } from '../../pipeline/core/limits';
import { visitorPartition } from '../../pipeline/core/partition';
import { bucketStart } from '../../pipeline/core/time-bucket';
import { integerBetween, type Random, seededRandom, weightedPick } from '../../producer/simulator/random';
import { benchSite } from '../simulated-log';
import { Answer } from './answer';

/** What makes the work; all else is fixed. */
export interface Work {
  readonly events: number;
  readonly partitions: number;
  /** Event time of the first event, a whole minute. */
  readonly startMs: number;
}

export interface PageView {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  /** What the log says: time runs evenly over all events. */
  readonly timestampMs: number;
}

const seed = 20_261_124;
/** Of event time. */
export const workMinutes = 30;
const paths = 500;
const visitors = 100_000;
/** So many come later than the log's time, by this at most. */
const lateShare = 0.01;
const lateMsMax = 90 * SECOND_MS;

const browsers = ['Chrome', 'Safari', 'Edge', 'Firefox', 'Samsung Internet'];
const systems = ['Windows', 'iOS', 'Android', 'Mac OS', 'Linux'];
const devices = ['desktop', 'mobile', 'tablet'];
const countries = ['US', 'DE', 'GB', 'FR', 'IN', 'JP', 'BR', 'NL', 'CH', 'ES', 'IT', 'SE'];
const referrers = [
  'https://www.google.com/',
  'https://news.example/',
  'https://social.example/',
  undefined,
  undefined,
];

/** Zipf with exponent 1: page i has 1/i of what the first has. */
function pathPick(): (random: Random) => number {
  return weightedPick(Array.from({ length: paths }, (_, i) => [i, 1 / (i + 1)] as const));
}

function hex(random: Random, digits: number): string {
  return Math.floor(random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');
}

function pathOf(i: number): string {
  return `/products/category-${i % 25}/item-${i}`;
}

/** `random` decides what a page view is referred by; all else of it is the path's. */
function propertiesOf(i: number, random: Random): string {
  const referrer = referrers[integerBetween(random, 0, referrers.length - 1)];
  const url = `https://shop.example${pathOf(i)}`;
  return JSON.stringify({ url, path: pathOf(i), title: `Item ${i}`, referrer });
}

/** A visitor has one browser. */
function contextOf(visitor: number): string {
  const of = (values: readonly string[], by: number): string =>
    values[Math.floor(visitor / by) % values.length] as string;
  return JSON.stringify({
    browser: of(browsers, 1),
    device: of(devices, 5),
    os: of(systems, 15),
    country: of(countries, 75),
    locale: 'en-GB',
  });
}

export function noAnswer(): Answer {
  return new Answer(visitors);
}

/** Makes the events in the log's order; `right` has the right answer when all are taken. */
export function* makePageViews(work: Work, right: Answer): Generator<PageView> {
  const random = seededRandom(seed);
  const pick = pathPick();
  const lengthMs = workMinutes * MINUTE_MS;
  const partitionOf = Array.from({ length: visitors }, (_, v) =>
    visitorPartition(benchSite, `u${v}`, work.partitions),
  );
  for (let i = 0; i < work.events; i += 1) {
    const timestampMs = work.startMs + Math.floor((i * lengthMs) / work.events);
    const lateMs = random() < lateShare ? integerBetween(random, 0, lateMsMax) : 0;
    const atMs = Math.max(work.startMs, timestampMs - lateMs);
    const visitor = integerBetween(random, 0, visitors - 1);
    const page = pick(random);
    const id = `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 6)}${hex(random, 6)}`;
    right.add(pathOf(page), bucketStart(atMs, MINUTE_MS), visitor);
    yield {
      partition: partitionOf[visitor] as number,
      key: `${benchSite}:u${visitor}`,
      timestampMs,
      value:
        `{"v":1,"messageId":"${id}","type":"page","siteId":"${benchSite}","anonymousId":"u${visitor}",` +
        `"timestamp":"${new Date(atMs).toISOString()}","properties":${propertiesOf(page, random)},"context":${contextOf(visitor)}}`,
    };
  }
}
