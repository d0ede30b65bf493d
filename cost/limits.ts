/** What bounds the rate: how full each part is, and what to set where one is too full. */
import type { Configuration } from '../lib/config';
import { assumed } from './assumptions';
import { auditBusy } from './compute-items';
import { type Load, pollersNeeded, processorShare, producerBusy } from './demand';
import { brokerTypeOf, readersOf } from './kafka-items';
import {
  ACCOUNT_CONCURRENCY,
  brokerLimits,
  DISK_SHARE_MAX,
  ECPU_PER_SLOT_SECOND,
  EXPRESS_PARTITION_MB_PER_SECOND,
  NODE_GIB,
  NODE_USABLE_SHARE,
  POLLER,
  SERVERLESS_LIMITS,
  STORE_SHARE_MAX,
} from './service-limits';
import { processingUnitsPerSecond } from './store-items';

export type LimitName =
  | 'broker input'
  | 'broker output'
  | 'broker partitions'
  | 'broker disks'
  | 'serverless input'
  | 'serverless output'
  | 'partition input'
  | 'event pollers'
  | 'handlers'
  | 'concurrency'
  | 'store memory'
  | 'store processor'
  | 'store processing units'
  | 'store slot'
  | 'producer tasks'
  | 'collector requests'
  | 'dashboard requests'
  | 'audit';

export interface UsedLimit {
  readonly name: LimitName;
  readonly used: number;
  readonly allowed: number;
  readonly unit: string;
  /** Settings that move it. */
  readonly settings: string;
  /** Counting goes on above it, but something beside it does not: said, and no reason that a rate cannot be carried. */
  readonly isBeside?: boolean;
}

export function fullness({ used, allowed }: UsedLimit): number {
  return used / allowed;
}

/** The first limit that a growing rate has met; undefined while all of it is carried. */
export function firstLimit(limits: readonly UsedLimit[]): UsedLimit | undefined {
  return limits.find((limit) => fullness(limit) > 1 && limit.isBeside !== true);
}

const MB = 1e6;
const GIB = 1_024 ** 3;
const auditSecondsMax = 300;

function clusterLimits(configuration: Configuration, load: Load): UsedLimit[] {
  const { stream } = configuration;
  const inMb = load.logBytesPerSecond / MB;
  const outMb = inMb * readersOf(configuration);
  const perPartition = inMb / stream.partitions;
  if (stream.type === 'serverless') {
    const { inMbPerSecond, outMbPerSecond, partitionInMbPerSecond } = SERVERLESS_LIMITS;
    return [
      { name: 'serverless input', used: inMb, allowed: inMbPerSecond, unit: 'MB/s', settings: 'stream.type' },
      {
        name: 'serverless output',
        used: outMb,
        allowed: outMbPerSecond,
        unit: 'MB/s',
        settings: 'stream.type',
      },
      {
        name: 'partition input',
        used: perPartition,
        allowed: partitionInMbPerSecond,
        unit: 'MB/s',
        settings: 'stream.partitions',
      },
    ];
  }
  const limits = brokerLimits(brokerTypeOf(configuration));
  if (limits === undefined) return [];
  const settings = `stream.${stream.type}BrokerType, stream.brokersPerZone`;
  const { brokers } = load;
  const rows: UsedLimit[] = [
    { name: 'broker input', used: inMb / brokers, allowed: limits.inMbPerSecond, unit: 'MB/s', settings },
    { name: 'broker output', used: outMb / brokers, allowed: limits.outMbPerSecond, unit: 'MB/s', settings },
    {
      name: 'broker partitions',
      used: (stream.partitions * load.copies) / brokers,
      allowed: limits.partitions,
      unit: 'replicas',
      settings,
    },
  ];
  if (stream.type === 'express') {
    const allowed = EXPRESS_PARTITION_MB_PER_SECOND;
    const row = { name: 'partition input', used: perPartition, allowed, unit: 'MB/s' } as const;
    return [...rows, { ...row, settings: 'stream.partitions' }];
  }
  const disks: UsedLimit = {
    name: 'broker disks',
    used: (load.retainedBytes * load.copies) / brokers / GIB,
    allowed: stream.storageGibPerBroker * DISK_SHARE_MAX,
    unit: 'GiB',
    settings: 'stream.storageGibPerBroker',
  };
  return [...rows, disks];
}

function consumerLimits({ consumer, stream }: Configuration, load: Load): UsedLimit[] {
  const { invocationsPerSecond, secondsPerInvocation, pollers } = load.consumer;
  const busy = invocationsPerSecond * secondsPerInvocation;
  const pollersMax = consumer.pollersMax === 0 ? stream.partitions : consumer.pollersMax;
  const needed = Math.max(pollersNeeded(load.logBytesPerSecond), busy / POLLER.invocations);
  const concurrency = consumer.reservedConcurrency || ACCOUNT_CONCURRENCY;
  return [
    {
      name: 'event pollers',
      used: needed,
      allowed: Math.min(pollersMax, stream.partitions),
      unit: 'pollers',
      settings: 'consumer.pollersMax, stream.partitions',
    },
    {
      name: 'handlers',
      used: busy,
      // A partition is counted by one handler at a time, and a poller waits for five at most.
      allowed: Math.min(stream.partitions, pollers * POLLER.invocations) * assumed('headroom'),
      unit: 'busy at a time',
      settings: 'consumer.memoryMib, stream.partitions, consumer.pollersMax',
    },
    {
      name: 'concurrency',
      used: busy + load.dashboard.busy,
      allowed: concurrency,
      unit: 'invocations at a time',
      settings: 'consumer.reservedConcurrency, or the quota of the account',
    },
  ];
}

function storeLimits(configuration: Configuration, load: Load): UsedLimit[] {
  const { store, stream } = configuration;
  if (store.type === 'nodes') {
    const gib = NODE_GIB.get(store.nodeType) ?? 0;
    return [
      {
        name: 'store memory',
        used: load.storeBytes / GIB,
        allowed: gib * NODE_USABLE_SHARE * STORE_SHARE_MAX,
        unit: 'GiB',
        settings: 'store.nodeType',
      },
      {
        name: 'store processor',
        used: load.consumer.storeBusy,
        // One thread runs commands, whatever the size of the node.
        allowed: assumed('headroom'),
        unit: 'processors',
        settings: 'store.type',
      },
    ];
  }
  const units = processingUnitsPerSecond(configuration, load);
  return [
    {
      name: 'store memory',
      used: load.storeBytes / 1e9,
      allowed: store.serverlessGbMax * STORE_SHARE_MAX,
      unit: 'GB',
      settings: 'store.serverlessGbMax',
    },
    {
      name: 'store processing units',
      used: units,
      allowed: store.serverlessEcpuPerSecondMax,
      unit: 'ECPU/s',
      settings: 'store.serverlessEcpuPerSecondMax',
    },
    {
      name: 'store slot',
      used: units / stream.partitions,
      allowed: ECPU_PER_SLOT_SECOND,
      unit: 'ECPU/s',
      settings: 'stream.partitions',
    },
  ];
}

function otherLimits(configuration: Configuration, load: Load): UsedLimit[] {
  const { producer, dashboard, audit } = configuration;
  const rows: UsedLimit[] = [
    {
      name: 'dashboard requests',
      used: load.dashboard.requestsPerSecond,
      allowed: dashboard.requestsPerSecondMax,
      unit: 'requests/s',
      settings: 'dashboard.requestsPerSecondMax',
      isBeside: true,
    },
  ];
  if (producer.collector === 'api' || producer.collector === 'cloudfront') {
    rows.push({
      name: 'collector requests',
      used: load.eventsPerSecond,
      allowed: producer.collectorRequestsPerSecondMax,
      unit: 'requests/s',
      settings: 'producer.collectorRequestsPerSecondMax; above 10,000 producer.collector alb',
    });
  }
  const busy = producerBusy(configuration, load.eventsPerSecond);
  if (busy > 0) {
    rows.push({
      name: 'producer tasks',
      used: busy,
      allowed:
        producer.taskCountMax *
        (producer.taskCpu / 1_024) *
        (producer.cpuPercentTarget / 100) *
        processorShare(1e9),
      unit: 'processors',
      settings: 'producer.taskCpu, producer.taskCountMax',
    });
  }
  if (audit.intervalMinutes > 0) {
    rows.push({
      name: 'audit',
      used: auditBusy(configuration, load) * audit.intervalMinutes * 60,
      allowed: auditSecondsMax - 30,
      unit: 's a run',
      settings: 'audit.intervalMinutes, audit.memoryMib',
      isBeside: true,
    });
  }
  return rows;
}

/** All that apply, the fullest first. */
export function limitsOf(configuration: Configuration, load: Load): UsedLimit[] {
  return [
    ...clusterLimits(configuration, load),
    ...consumerLimits(configuration, load),
    ...storeLimits(configuration, load),
    ...otherLimits(configuration, load),
  ].sort((a, b) => fullness(b) - fullness(a));
}
