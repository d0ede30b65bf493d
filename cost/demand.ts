/** What is asked of a deployment, and what of that follows before anything is priced: rates, batches, bytes. Pure reckoning. */
import type { Configuration } from '../lib/config';
import { DAY_MS } from '../pipeline/core/limits';
import { expectedMemory } from '../pipeline/store/memory-formula';
import { assumed } from './assumptions';
import { MIB_PER_VCPU, PAYLOAD_BYTES_MAX, POLLER } from './service-limits';
import { eventsPerVisit, largeSiteValues, siteOf } from './typical-site';
import { handlerSeconds, MEASURED, snapshotShards, storeBytes, storeSeconds } from './unit-costs';

export interface Demand {
  /** Of all sites together, as visitors and their bots cause them. */
  readonly eventsPerMinute: number;
  /** Pages that are open all the time, on average. */
  readonly viewers: number;
  /** Sites that share the events evenly. */
  readonly sites: number;
  /** How long it has been counting, days: history is most of the store's memory. */
  readonly historyDays: number;
}

/** Bytes are those of one copy. */
export interface Load {
  readonly eventsPerSecond: number;
  readonly recordsPerSecond: number;
  readonly logBytesPerSecond: number;
  readonly retainedBytes: number;
  /** 0: serverless. */
  readonly brokers: number;
  readonly copies: number;
  readonly tasks: number;
  readonly consumer: ConsumerLoad;
  readonly dashboard: DashboardLoad;
  readonly storeBytes: number;
}

export interface ConsumerLoad {
  readonly pollers: number;
  readonly invocationsPerSecond: number;
  readonly recordsPerInvocation: number;
  /** Partitions that an invocation holds records of. */
  readonly runsPerInvocation: number;
  readonly secondsPerInvocation: number;
  /** Processor seconds of the store, each second, for commits and look-ups. */
  readonly storeBusy: number;
  /** Sent to the store. */
  readonly storeBytesPerSecond: number;
}

export interface DashboardLoad {
  readonly requestsPerSecond: number;
  /** Requests that read the store; the others share an answer. */
  readonly readsPerSecond: number;
  /** Seconds of Lambda each second. */
  readonly busy: number;
}

/** Of the topic, as lib/constructs/event-topic.ts makes it; a test holds the two together. */
export const RETENTION_DAYS = 7;
const daySeconds = 86_400;

/** Share of a processor that a function of this memory has; one thread uses one at most. */
export function processorShare(memoryMib: number): number {
  return Math.min(1, memoryMib / MIB_PER_VCPU) * assumed('processor');
}

export function brokersOf({ stream, network }: Configuration): number {
  return stream.type === 'serverless' ? 0 : network.zoneCount * stream.brokersPerZone;
}

/** Processors that the service's tasks need: to take the events by HTTP, or to simulate them; 0 where others write them. */
export function producerBusy({ producer }: Configuration, eventsPerSecond: number): number {
  if (producer.collector !== 'none') return (eventsPerSecond * MEASURED.collector.value) / 1e6;
  return producer.simulator ? (eventsPerSecond * MEASURED.producer.value) / 1e6 : 0;
}

/** Tasks that run: as many as the events take, and never fewer than are asked for. */
function tasksOf(configuration: Configuration, eventsPerSecond: number): number {
  const { producer } = configuration;
  const busy = producerBusy(configuration, eventsPerSecond);
  const perTask = (producer.taskCpu / 1024) * (producer.cpuPercentTarget / 100);
  const wanted = Math.ceil(busy / perTask);
  return Math.min(producer.taskCountMax, Math.max(producer.taskCountMin, wanted));
}

export function pollersNeeded(logBytesPerSecond: number): number {
  return logBytesPerSecond / 1e6 / POLLER.mbPerSecond;
}

function pollersOf({ consumer, stream }: Configuration, logBytesPerSecond: number): number {
  const needed = Math.ceil(pollersNeeded(logBytesPerSecond));
  const most = consumer.pollersMax === 0 ? stream.partitions : consumer.pollersMax;
  const fewest = consumer.pollersMax === 0 ? assumed('onDemandPollers') : consumer.pollersMin;
  return Math.min(most, stream.partitions, Math.max(fewest, needed));
}

/** Round trips: look-up and commit, eight partitions at a time (lambdas/consumer). */
const partitionsAtATime = 8;
const roundTripsPerRun = 2;

function consumerLoad(configuration: Configuration, records: number, logBytes: number): ConsumerLoad {
  const { consumer, stream } = configuration;
  const pollers = pollersOf(configuration, logBytes);
  const perPoller = records / pollers;
  const windowSeconds = Math.max(consumer.batchWindowMs / 1_000, assumed('batchFill'));
  // The window begins with the first record, for which a poller waits.
  const inWindow = perPoller * windowSeconds + 1;
  const fitting = Math.min(consumer.batchSize, PAYLOAD_BYTES_MAX / MEASURED.payloadBytes.value);
  const recordsPerInvocation = Math.min(inWindow, fitting);
  const partitionsPerPoller = stream.partitions / pollers;
  // Records fall into partitions at random, so some get none.
  const runsPerInvocation = partitionsPerPoller * (1 - Math.exp(-recordsPerInvocation / partitionsPerPoller));
  const perRun = recordsPerInvocation / runsPerInvocation;
  const handler =
    runsPerInvocation * handlerSeconds(perRun) + (recordsPerInvocation * MEASURED.payloadParse.value) / 1e6;
  const store = runsPerInvocation * storeSeconds(perRun);
  const waiting =
    Math.ceil(runsPerInvocation / partitionsAtATime) * roundTripsPerRun * assumed('roundTripSeconds');
  const invocationsPerSecond = records / recordsPerInvocation;
  return {
    pollers,
    invocationsPerSecond,
    recordsPerInvocation,
    runsPerInvocation,
    secondsPerInvocation:
      assumed('invocationSeconds') + handler / processorShare(consumer.memoryMib) + store + waiting,
    storeBusy: invocationsPerSecond * store,
    storeBytesPerSecond: invocationsPerSecond * runsPerInvocation * storeBytes(perRun),
  };
}

/** Answers are shared within a quarter of a second by the viewers that one environment serves (lambdas/dashboard). */
const sharedPerSecond = 4;

function dashboardLoad({ dashboard, stream }: Configuration, viewers: number): DashboardLoad {
  const shards = stream.partitions / snapshotShards;
  const readSeconds =
    ((MEASURED.snapshotMs.value / 1_000) * shards) / processorShare(dashboard.memoryMib) +
    2 * assumed('roundTripSeconds');
  const environments = Math.ceil(viewers * readSeconds);
  const reads = Math.min(viewers, sharedPerSecond * environments);
  return {
    requestsPerSecond: viewers,
    readsPerSecond: reads,
    busy: reads * readSeconds + (viewers - reads) * assumed('sharedAnswerSeconds'),
  };
}

function storeBytesOf(demand: Demand, { stream, deployment }: Configuration): number {
  const { sites, historyDays, eventsPerMinute } = demand;
  const historyMs = historyDays * DAY_MS;
  const visitorsPerDay = ((eventsPerMinute / sites) * 60 * 24) / eventsPerVisit;
  const site = siteOf(visitorsPerDay, largeSiteValues, historyMs);
  const name = deployment.sites[0] ?? site.name;
  const topic = { topic: stream.topic, partitions: stream.partitions, sites, historyMs, commitMs: 1_000 };
  return expectedMemory({ ...topic, site: { ...site, name } }).totalBytes;
}

export function loadOf(demand: Demand, configuration: Configuration): Load {
  const { stream } = configuration;
  const eventsPerSecond = demand.eventsPerMinute / 60;
  const tasks = tasksOf(configuration, eventsPerSecond);
  // Each task writes one to each partition, each second.
  const heartbeatsPerSecond = stream.partitions * tasks;
  const recordsPerSecond = eventsPerSecond + heartbeatsPerSecond;
  const logBytesPerSecond =
    (eventsPerSecond * MEASURED.logBytes.value) / assumed('compression') +
    heartbeatsPerSecond * assumed('heartbeatBytes');
  const brokers = brokersOf(configuration);
  return {
    eventsPerSecond,
    recordsPerSecond,
    logBytesPerSecond,
    retainedBytes: logBytesPerSecond * RETENTION_DAYS * daySeconds,
    brokers,
    copies: stream.type === 'serverless' ? 1 : Math.min(3, brokers),
    tasks,
    consumer: consumerLoad(configuration, recordsPerSecond, logBytesPerSecond),
    dashboard: dashboardLoad(configuration, demand.viewers),
    storeBytes: storeBytesOf(demand, configuration),
  };
}
