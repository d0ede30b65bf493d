/** `dev`: the cheapest that is correct. `prod`: three zones, nothing that stops with one of them. */
import {
  DEFAULT_CONSUMER_GROUP,
  DEFAULT_PARTITIONS,
  DEFAULT_SITE,
  DEFAULT_TOPIC,
} from '../pipeline/settings';
import type { Configuration } from './config';

const dev: Configuration = {
  deployment: {
    name: 'clickstream',
    sites: [DEFAULT_SITE],
    logRetentionDays: 7,
    terminationProtection: false,
  },
  network: { zoneCount: 2, zoneNames: [], endpointZoneCount: 1, natGateways: 0, flowLogs: false },
  stream: {
    type: 'standard',
    topic: DEFAULT_TOPIC,
    partitions: DEFAULT_PARTITIONS,
    standardBrokerType: 'kafka.t3.small',
    expressBrokerType: 'express.m7g.large',
    brokersPerZone: 1,
    storageGibPerBroker: 20,
    standardKafkaVersion: '3.9.x.kraft',
    expressKafkaVersion: '3.8.x',
    metrics: 'DEFAULT',
  },
  store: {
    type: 'serverless',
    serverlessGbMax: 1,
    serverlessEcpuPerSecondMax: 5_000,
    nodeType: 'cache.t4g.micro',
    nodeCount: 1,
    snapshotDays: 0,
  },
  producer: {
    taskCpu: 256,
    taskMemoryMib: 512,
    taskCountMin: 1,
    taskCountMax: 1,
    cpuPercentTarget: 60,
    simulator: true,
    eventsPerSecond: 17,
  },
  consumer: {
    memoryMib: 512,
    timeoutSeconds: 60,
    batchSize: 10_000,
    batchWindowMs: 500,
    startingPosition: 'TRIM_HORIZON',
    consumerGroup: DEFAULT_CONSUMER_GROUP,
    pollersMin: 0,
    pollersMax: 0,
    onFailure: 'none',
    reportBatchItemFailures: false,
    reservedConcurrency: 0,
  },
  audit: { intervalMinutes: 5, memoryMib: 512 },
  dashboard: { allowedCidrs: [], memoryMib: 512, requestsPerSecondMax: 50, requestBurstMax: 100 },
  monitoring: { alarmEmail: '', lagRecordsMax: 10_000 },
};

const prod: Configuration = {
  deployment: { ...dev.deployment, logRetentionDays: 90, terminationProtection: true },
  network: { ...dev.network, zoneCount: 3, endpointZoneCount: 3, flowLogs: true },
  stream: {
    ...dev.stream,
    type: 'express',
    partitions: 32,
    standardBrokerType: 'kafka.m7g.large',
    storageGibPerBroker: 500,
    metrics: 'PER_BROKER',
  },
  store: {
    type: 'nodes',
    serverlessGbMax: 20,
    serverlessEcpuPerSecondMax: 50_000,
    nodeType: 'cache.r7g.large',
    nodeCount: 2,
    snapshotDays: 7,
  },
  producer: {
    ...dev.producer,
    taskCpu: 512,
    taskMemoryMib: 1024,
    taskCountMin: 2,
    taskCountMax: 10,
    simulator: false,
  },
  consumer: {
    ...dev.consumer,
    memoryMib: 1_769,
    pollersMin: 1,
    pollersMax: 8,
    reportBatchItemFailures: true,
  },
  audit: { intervalMinutes: 5, memoryMib: 3_008 },
  dashboard: dev.dashboard,
  monitoring: { ...dev.monitoring, lagRecordsMax: 1_000_000 },
};

export const PRESETS = { dev, prod } as const;
export type PresetName = keyof typeof PRESETS;
