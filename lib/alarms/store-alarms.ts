/** Whether the store has room and time. */
import type { Configuration } from '../config';
import {
  replicationLagSeconds,
  storeConnections,
  storeCpuPercent,
  storeEvictions,
  storeMemoryPercent,
  storeThrottles,
  storeUnitsPercent,
} from '../constructs/store-metrics';
import type { AlarmRow, Watched } from './alarm-row';

export function storeAlarms(configuration: Configuration, { store: { cacheName } }: Watched): AlarmRow[] {
  const { store } = configuration;
  const both: AlarmRow[] = [
    {
      name: 'Store memory',
      meaning: 'The store fills up: when it is full it refuses counts, and the consumer waits.',
      metric: storeMemoryPercent(cacheName, configuration),
      above: 80,
      periods: 2,
    },
    {
      name: 'Store evictions',
      meaning: 'The store dropped keys by itself: numbers on the page are wrong.',
      metric: storeEvictions(cacheName, configuration),
      above: 0,
      periods: 1,
    },
  ];
  if (store.type === 'serverless')
    return [...both, throttled(cacheName), nearLimit(cacheName, configuration)];
  const { nodeCount } = store;
  return [
    ...both,
    busy(cacheName, nodeCount),
    reconnecting(cacheName, nodeCount),
    ...replicas(cacheName, nodeCount),
  ];
}

function throttled(cacheName: string): AlarmRow {
  return {
    name: 'Store throttled',
    meaning: 'The cache refuses commands above its limit of processing units: counting slows down.',
    metric: storeThrottles(cacheName),
    above: 0,
    periods: 2,
  };
}

/** Before it throttles. */
function nearLimit(cacheName: string, configuration: Configuration): AlarmRow {
  return {
    name: 'Store units',
    meaning: 'The cache comes near its limit of processing units: above it, counting slows down.',
    metric: storeUnitsPercent(cacheName, configuration),
    above: 80,
    periods: 3,
  };
}

/** Our functions keep theirs: more than this are clients that connect for each command, or that are cut off and come again. */
function reconnecting(cacheName: string, nodeCount: number): AlarmRow {
  return {
    name: 'Store connections',
    meaning:
      'Clients connect to the store again and again: its one thread signs them in instead of counting.',
    metric: storeConnections(cacheName, nodeCount),
    above: 1_000,
    periods: 5,
  };
}

function busy(cacheName: string, nodeCount: number): AlarmRow {
  return {
    name: 'Store CPU',
    meaning: 'The one thread of the store that runs commands is used up: counting slows down.',
    metric: storeCpuPercent(cacheName, nodeCount),
    above: 90,
    periods: 5,
  };
}

/** With one node there is nothing to fail over to. */
function replicas(cacheName: string, nodeCount: number): AlarmRow[] {
  if (nodeCount === 1) return [];
  return [
    {
      name: 'Replica behind',
      meaning:
        'A fail-over now would set the numbers back by that time, until repair has counted them again.',
      metric: replicationLagSeconds(cacheName, nodeCount),
      above: 1,
      periods: 5,
    },
  ];
}
