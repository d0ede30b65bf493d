/** How much committing a roll-up would be, without encoding it: a cheap bound from above. */
import { rollUpBytesMax, rollUpIncrementsMax, rollUpKeysMax } from '../core/limits';
import type { Bucket, RollUp, SiteRollUp } from '../core/roll-up';
import { markDigestBytes } from './digest';

export interface RollUpSize {
  keys: number;
  /** Increments of counts and dimensions. Visitors and marks are set members: bounded by the bytes they take. */
  increments: number;
  bytes: number;
}

/** The script's own keys, before those of buckets. */
const fixedKeyCount = 5;
/** Counts, both hashes of dimensions, set and HyperLogLog of a bucket. */
const keysOfBucket = 5;
/** All-time counts, set, HyperLogLog and pages, last seen, feed. */
const keysOfSite = 6;
/** Scalar counts at most. */
const countsOfBucket = 8;
/** A place and a number, packed. */
const bytesOfIncrement = 6;
const bytesOfVisitor = 18;
const bytesOfFeedItem = 500;
/** A UTF-16 unit is at most three bytes of UTF-8. */
const bytesOfChar = 3;

function addBucket(size: RollUpSize, bucket: Bucket): void {
  size.keys += keysOfBucket;
  size.increments += countsOfBucket;
  size.bytes += bytesOfIncrement * bucket.visitors.length;
  for (const values of bucket.dimensions.values()) size.increments += values.size;
}

function addSite(size: RollUpSize, site: SiteRollUp): void {
  size.keys += keysOfSite + site.seconds.size;
  size.increments += countsOfBucket + site.allTime.pages.size;
  size.bytes +=
    bytesOfFeedItem * site.feed.length + (bytesOfVisitor + 2 * bytesOfIncrement) * site.visitors.length;
  for (const views of site.seconds.values()) size.increments += views.size;
  const values = new Set<string>();
  for (const bucket of site.buckets.values()) {
    addBucket(size, bucket);
    for (const of of bucket.dimensions.values()) for (const value of of.keys()) values.add(value);
  }
  for (const path of site.allTime.pages.keys()) values.add(path);
  for (const value of values) size.bytes += bytesOfChar * value.length;
}

export function sizeOf(rollUp: RollUp): RollUpSize {
  const size: RollUpSize = {
    keys: fixedKeyCount,
    increments: 0,
    bytes: markDigestBytes * rollUp.marks.length,
  };
  for (const site of rollUp.sites.values()) addSite(size, site);
  size.bytes += bytesOfIncrement * size.increments;
  return size;
}

/** True where the roll-up must be committed as successive prefixes of its run (limits.ts says why). */
export function isTooLarge(rollUp: RollUp): boolean {
  const { keys, increments, bytes } = sizeOf(rollUp);
  return keys > rollUpKeysMax || increments > rollUpIncrementsMax || bytes > rollUpBytesMax;
}
