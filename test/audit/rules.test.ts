import { markDigest, visitorDigest } from '../../audit/digests';
import { readRegisters } from '../../audit/hyperloglog';
import { placement } from '../../audit/placement';
import { printable } from '../../audit/printable';
import * as rules from '../../audit/rules';
import { DIMENSION_NAMES, DIMENSIONS, EXTRA_NAMES } from '../../pipeline/core/dimensions';
import { GRAIN_NAMES, GRAINS, SECONDS } from '../../pipeline/core/grains';
import * as limits from '../../pipeline/core/limits';
import { visitorPartition } from '../../pipeline/core/partition';
import * as store from '../../pipeline/store/digest';
import { encodeFeedMember } from '../../pipeline/store/feed-member';
import { SCHEMA_VERSION } from '../../pipeline/store/keys';

/** The audit states every number by itself; these tests are the only place where both statements meet. */
test('audit and pipeline state the same grains', () => {
  const stated = rules.GRAIN_RULES.map((rule) => ({
    name: rule.name,
    code: rule.code,
    lengthMs: rule.lengthMs,
    graceMs: rule.graceMs,
    detailsKeptMs: rule.dimensionsKeptMs,
    countsKeptMs: rule.countsKeptMs,
    valuesMax: rule.valuesMax,
  }));
  expect(stated).toEqual(GRAIN_NAMES.map((name) => ({ name, ...GRAINS[name] })));
});

test('a member of the feed is read as the store writes it', () => {
  const path = `/${'a'.repeat(2 * rules.feedPathCharsMax)}`;
  const member = encodeFeedMember({
    atMs: 1,
    offset: 17,
    type: 'page',
    path,
    event: undefined,
    referrerHost: undefined,
    browser: undefined,
    device: undefined,
    country: undefined,
  });

  expect(Number(member.slice(0, rules.feedOffsetDigits))).toBe(17);
  expect(JSON.parse(member.slice(rules.feedOffsetDigits))).toEqual({
    type: 'page',
    path: path.slice(0, rules.feedPathCharsMax),
  });
});

test('registers are kept as long as the details of minutes and the counts of hours and days', () => {
  expect(rules.GRAIN_RULES.map((rule) => rule.registersKeptMs)).toEqual([
    GRAINS.minute.detailsKeptMs,
    GRAINS.hour.countsKeptMs,
    GRAINS.day.countsKeptMs,
  ]);
});

test('audit and pipeline state the same bounds', () => {
  expect(rules.closedAfterMs).toBe(GRAINS.minute.graceMs);
  expect(rules.secondsKeptMs).toBe(SECONDS.keptMs);
  expect(rules.clockSkewMs).toBe(limits.skewMsMax);
  expect(rules.markSliceMs).toBe(limits.markSliceMs);
  expect(rules.markSlicesHeld * rules.markSliceMs).toBe(limits.duplicateWindowMs);
  expect(rules.exactVisitorsMax).toBe(limits.exactVisitorsMax);
  expect(rules.lastSeenKeptMs).toBe(limits.liveKeptMs);
  expect(rules.lastSeenMax).toBe(limits.liveVisitorsMax);
  expect(rules.allTimePagesMax).toBe(limits.allTimePagesMax);
  expect(rules.feedMax).toBe(limits.feedMax);
  expect(rules.rejectsMax).toBe(limits.rejectsMax);
  expect(rules.schemaVersion).toBe(SCHEMA_VERSION);
});

test('audit and pipeline give dimensions the same letters', () => {
  expect(rules.DIMENSION_CODES).toEqual(
    Object.fromEntries(DIMENSION_NAMES.map((name) => [name, DIMENSIONS[name].code])),
  );
});

test('audit and pipeline put the same dimensions apart', () => {
  expect([...rules.EXTRA_CODES]).toEqual(EXTRA_NAMES.map((name) => DIMENSIONS[name].code));
});

test("kafkajs' partitioner and the pipeline's place a visitor alike", () => {
  for (const count of [1, 3, 8]) {
    const place = placement('any', count);
    for (const visitor of ['', 'a', 'visitor-17', 'größer', '\u{1f600}', 'x'.repeat(128)]) {
      expect(place('demo', visitor)).toBe(visitorPartition('demo', visitor, count));
    }
  }
});

test('digests are those of docs/counting.md', () => {
  expect(String(visitorDigest('visitor-1'))).toBe(store.visitorDigest('visitor-1'));
  const mark = Buffer.alloc(16);
  store.writeMarkDigest(mark, 0, 'demo', 'm-1');
  expect(markDigest('demo', 'm-1').subarray(0, 16)).toEqual(mark);
  expect(markDigest('demo', 'm-1')).not.toEqual(markDigest('demom', '-1'));
});

test('bytes that are no HyperLogLog are told as such', () => {
  expect(readRegisters(Buffer.from('hello'))).toBeUndefined();
  expect(
    readRegisters(Buffer.concat([Buffer.from('HYLL'), Buffer.from([7]), Buffer.alloc(20)])),
  ).toBeUndefined();
});

test('what visitors wrote cannot steer a terminal', () => {
  expect(printable('a\u001b[31m\nb\u202e')).toBe('a\\u{1b}[31m\\u{a}b\\u{202e}');
  expect(printable('x'.repeat(500)).length).toBeLessThan(250);
});
