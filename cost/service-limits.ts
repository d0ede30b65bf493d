/**
 * What AWS's services carry, as their guides say. MSK: quotas of standard, express and serverless clusters (MSK guide, limits and
 * best practices; the tables also in aws/agent-toolkit-for-aws). Lambda: kafka-scaling-modes. ElastiCache: supported node types, scaling.
 */

/** MB a second that one express broker takes and gives without falling behind ("sustained"), and the partitions that are advised. */
export interface BrokerLimits {
  readonly inMbPerSecond: number;
  readonly outMbPerSecond: number;
  /** Replicas included. */
  readonly partitions: number;
}

const express = (inMbPerSecond: number, outMbPerSecond: number, partitions: number): BrokerLimits => ({
  inMbPerSecond,
  outMbPerSecond,
  partitions,
});

export const EXPRESS_LIMITS: ReadonlyMap<string, BrokerLimits> = new Map([
  ['express.m7g.large', express(15.6, 31.2, 1_000)],
  ['express.m7g.xlarge', express(31.2, 62.5, 1_000)],
  ['express.m7g.2xlarge', express(62.5, 125, 2_500)],
  ['express.m7g.4xlarge', express(124.9, 249.8, 6_000)],
  ['express.m7g.8xlarge', express(250, 500, 12_000)],
  ['express.m7g.12xlarge', express(375, 750, 16_000)],
  ['express.m7g.16xlarge', express(500, 1_000, 20_000)],
]);

/**
 * AWS states no rate for standard brokers: express takes "up to three times" as much, so a third of express is reckoned, and of a
 * t3.small a fifth of that, since its two processors may be busy for a fifth of the time. See ASSUMPTIONS.standardBrokers.
 */
const expressTimes = 3;
const t3Share = 0.2;
const standardPartitions: readonly (readonly [RegExp, number])[] = [
  [/\.(large|xlarge)$/, 1_000],
  [/\.2xlarge$/, 2_000],
  [/./, 4_000],
];

/** Undefined for a type that is not known. */
export function brokerLimits(brokerType: string): BrokerLimits | undefined {
  const known = EXPRESS_LIMITS.get(brokerType);
  if (known !== undefined) return known;
  if (brokerType === 'kafka.t3.small') {
    const large = EXPRESS_LIMITS.get('express.m7g.large') as BrokerLimits;
    const share = t3Share / expressTimes;
    return {
      inMbPerSecond: large.inMbPerSecond * share,
      outMbPerSecond: large.outMbPerSecond * share,
      partitions: 300,
    };
  }
  const size = /^kafka\.(?:m5|m7g)\.(\w+)$/.exec(brokerType)?.[1];
  const alike = EXPRESS_LIMITS.get(`express.m7g.${size}`);
  if (alike === undefined) return undefined;
  const partitions = standardPartitions.find(([sizes]) => sizes.test(brokerType))?.[1] as number;
  return {
    inMbPerSecond: alike.inMbPerSecond / expressTimes,
    outMbPerSecond: alike.outMbPerSecond / expressTimes,
    partitions,
  };
}

export const SERVERLESS_LIMITS = {
  inMbPerSecond: 200,
  outMbPerSecond: 400,
  partitions: 2_400,
  partitionInMbPerSecond: 5,
  partitionOutMbPerSecond: 10,
} as const;
export const EXPRESS_PARTITION_MB_PER_SECOND = 15;
/** The alarm `Broker disks` goes off above it. */
export const DISK_SHARE_MAX = 0.85;
export const DISK_GIB_MAX = 16_384;
export const BROKERS_PER_ZONE_MAX = 20;

/** Of an event poller; five invocations at a time each. A poller unit carries 20 MB/s and ten pollers by default. */
export const POLLER = {
  mbPerSecond: 5,
  invocations: 5,
  unitMbPerSecond: 20,
  pollersPerUnit: 10,
  max: 2_000,
} as const;
export const PAYLOAD_BYTES_MAX = 6 * 1_024 * 1_024;
/** Of an account that has not asked for more; new ones have fewer. */
export const ACCOUNT_CONCURRENCY = 1_000;
/** Memory that comes with one whole processor; more of it does not make one thread faster. */
export const MIB_PER_VCPU = 1_769;

/** GiB of a node. A quarter of it is set aside; the alarm `Store memory` goes off at four fifths of the rest. */
export const NODE_GIB: ReadonlyMap<string, number> = new Map([
  ['cache.t4g.micro', 0.5],
  ['cache.t4g.small', 1.37],
  ['cache.t4g.medium', 3.09],
  ['cache.m7g.large', 6.38],
  ['cache.m7g.xlarge', 12.93],
  ['cache.r7g.large', 13.07],
  ['cache.r7g.xlarge', 26.32],
  ['cache.r7g.2xlarge', 52.82],
  ['cache.r7g.4xlarge', 105.81],
  ['cache.r7g.8xlarge', 209.55],
  ['cache.r7g.12xlarge', 317.77],
  ['cache.r7g.16xlarge', 419.09],
]);
export const NODE_USABLE_SHARE = 0.75;
export const STORE_SHARE_MAX = 0.8;
export const SERVERLESS_GB_MAX = 5_000;
export const CACHE_BYTES_MIN = 100e6;
/** A shard of ours lies in one slot. */
export const ECPU_PER_SLOT_SECOND = 30_000;
/** Commands that take longer than a simple one are billed by time: about 3 microseconds a unit. */
export const MICROSECONDS_PER_ECPU = 3;
