/** Larger sizes until a rate is carried: what is too full first, first. */
import type { Configuration } from '../lib/config';
import { type Bill, billOf } from './bill';
import type { Demand } from './demand';
import { brokerTypeOf } from './kafka-items';
import { firstLimit, type LimitName, type UsedLimit } from './limits';
import { BROKER_PRICES, NODE_PRICES } from './prices';
import { BROKERS_PER_ZONE_MAX, DISK_GIB_MAX, DISK_SHARE_MAX, MIB_PER_VCPU, POLLER } from './service-limits';

/** Undefined: no setting helps. */
type Enlarge = (configuration: Configuration, limit: UsedLimit) => Configuration | undefined;

const stepsMax = 200;
const partitionsMax = 10_000;

/** The next of the same family; from the small t3 on, m7g. Undefined after the largest. */
function nextType(types: Iterable<string>, type: string): string | undefined {
  const family = type.startsWith('kafka.t3') ? 'kafka.m7g' : type.slice(0, type.lastIndexOf('.'));
  const known = [...types].filter((name) => name.startsWith(`${family}.`));
  return known[known.indexOf(type) + 1];
}

function brokersBeside(configuration: Configuration): Configuration | undefined {
  const { stream } = configuration;
  if (stream.brokersPerZone >= BROKERS_PER_ZONE_MAX) return undefined;
  return { ...configuration, stream: { ...stream, brokersPerZone: stream.brokersPerZone + 1 } };
}

const moreBrokers: Enlarge = (configuration) => {
  const { stream } = configuration;
  const next = nextType(BROKER_PRICES.keys(), brokerTypeOf(configuration));
  if (next !== undefined) {
    const key = stream.type === 'express' ? 'expressBrokerType' : 'standardBrokerType';
    return { ...configuration, stream: { ...stream, [key]: next } };
  }
  return brokersBeside(configuration);
};

const morePartitions: Enlarge = (configuration) => {
  const { stream } = configuration;
  if (stream.partitions * 2 > partitionsMax) return undefined;
  return { ...configuration, stream: { ...stream, partitions: stream.partitions * 2 } };
};

const largerDisks: Enlarge = (configuration, { used }) => {
  const { stream } = configuration;
  // In steps of 50, so that the answer is a size and not a measurement.
  const wanted = Math.ceil(used / DISK_SHARE_MAX / 50) * 50;
  if (wanted > DISK_GIB_MAX) return brokersBeside(configuration);
  return { ...configuration, stream: { ...stream, storageGibPerBroker: wanted } };
};

const morePollers: Enlarge = (configuration, limit) => {
  const { consumer, stream } = configuration;
  const wanted = Math.ceil(limit.used);
  if (wanted > stream.partitions) return morePartitions(configuration, limit);
  if (wanted > POLLER.max) return undefined;
  const pollersMin = Math.max(1, consumer.pollersMin);
  return { ...configuration, consumer: { ...consumer, pollersMin, pollersMax: wanted } };
};

const fasterHandlers: Enlarge = (configuration, limit) => {
  const { consumer, stream } = configuration;
  if (consumer.memoryMib < MIB_PER_VCPU) {
    return { ...configuration, consumer: { ...consumer, memoryMib: MIB_PER_VCPU } };
  }
  const pollersMax = consumer.pollersMax * 2;
  if (pollersMax > 0 && limit.allowed < stream.partitions * 0.5 && pollersMax <= stream.partitions) {
    return { ...configuration, consumer: { ...consumer, pollersMax } };
  }
  return morePartitions(configuration, limit);
};

const moreConcurrency: Enlarge = (configuration, { used }) => {
  const { consumer } = configuration;
  if (consumer.reservedConcurrency === 0 || used > 1_000) return undefined;
  return { ...configuration, consumer: { ...consumer, reservedConcurrency: Math.ceil(used) } };
};

const moreMemory: Enlarge = (configuration, { used, allowed }) => {
  const { store } = configuration;
  if (store.type === 'serverless') {
    const serverlessGbMax = Math.ceil((store.serverlessGbMax * used) / allowed);
    return { ...configuration, store: { ...store, serverlessGbMax } };
  }
  const nodeType = nextType(NODE_PRICES.keys(), store.nodeType);
  if (nodeType !== undefined) return { ...configuration, store: { ...store, nodeType } };
  return { ...configuration, store: { ...store, type: 'serverless' } };
};

/** Commands of a node run in one thread; a serverless cache spreads shards over as many as it needs. */
const serverlessStore: Enlarge = (configuration) => {
  return { ...configuration, store: { ...configuration.store, type: 'serverless' } };
};

const moreUnits: Enlarge = (configuration, { used }) => {
  const { store } = configuration;
  const serverlessEcpuPerSecondMax = Math.ceil((used * 1.25) / 1_000) * 1_000;
  if (serverlessEcpuPerSecondMax > 15_000_000) return undefined;
  return { ...configuration, store: { ...store, serverlessEcpuPerSecondMax } };
};

const moreTasks: Enlarge = (configuration, { used, allowed }) => {
  const { producer } = configuration;
  const taskCountMax = Math.ceil((producer.taskCountMax * used) / allowed);
  if (taskCountMax <= 100) return { ...configuration, producer: { ...producer, taskCountMax } };
  // One thread takes the requests of a task: more than one processor helps no task.
  if (producer.taskCpu >= 1_024) return undefined;
  return { ...configuration, producer: { ...producer, taskCpu: 1_024, taskMemoryMib: 2_048 } };
};

/** Up to the quota of an account; a load balancer needs a name and a certificate, which nobody can make up. */
const moreRequests: Enlarge = (configuration, { used }) => {
  const { producer } = configuration;
  const collectorRequestsPerSecondMax = Math.ceil(used);
  if (collectorRequestsPerSecondMax > 10_000) return undefined;
  return { ...configuration, producer: { ...producer, collectorRequestsPerSecondMax } };
};

const none: Enlarge = () => undefined;

const ENLARGE: Readonly<Record<LimitName, Enlarge>> = {
  'broker input': moreBrokers,
  'broker output': moreBrokers,
  'broker partitions': moreBrokers,
  'broker disks': largerDisks,
  // A serverless cluster has no size: another kind is the answer.
  'serverless input': none,
  'serverless output': none,
  'partition input': morePartitions,
  'event pollers': morePollers,
  handlers: fasterHandlers,
  concurrency: moreConcurrency,
  'store memory': moreMemory,
  'store processor': serverlessStore,
  'store processing units': moreUnits,
  'store slot': morePartitions,
  'producer tasks': moreTasks,
  'collector requests': moreRequests,
  'dashboard requests': none,
  audit: none,
};

/** The bill of sizes that carry the demand; where no setting helps, that of the largest that were tried. */
export function fittingBill(demand: Demand, configuration: Configuration): Bill {
  let bill = billOf(demand, configuration);
  for (let step = 0; step < stepsMax; step += 1) {
    const limit = firstLimit(bill.limits);
    if (limit === undefined) return bill;
    const enlarged = ENLARGE[limit.name](bill.configuration, limit);
    if (enlarged === undefined) return bill;
    bill = billOf(demand, withNodesAsAsked(enlarged, configuration));
  }
  return bill;
}

/** A size of nodes that was tried before they were given up says nothing. */
function withNodesAsAsked(fitted: Configuration, asked: Configuration): Configuration {
  if (fitted.store.type === 'nodes') return fitted;
  return { ...fitted, store: { ...fitted.store, nodeType: asked.store.nodeType } };
}

/** Settings that differ, as cdk.json has them under context.clickstream. */
export function differences(
  from: Configuration,
  to: Configuration,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const sections = Object.keys(from) as (keyof Configuration)[];
  const changed = sections.map((section) => {
    const before = new Map<string, unknown>(Object.entries(from[section]));
    const rows = Object.entries(to[section]).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(before.get(key)),
    );
    return [section, Object.fromEntries(rows)] as const;
  });
  return Object.fromEntries(changed.filter(([, rows]) => Object.keys(rows).length > 0));
}
