/** Endpoints, NAT gateways, and traffic between zones. */
import type { Configuration } from '../lib/config';
import type { CalledService } from '../lib/foundation-config';
import type { Load } from './demand';
import { hourly, type Item, item } from './item';
import { readersOf } from './kafka-items';
import { PRICES, SECONDS_PER_MONTH } from './prices';
import { MEASURED } from './unit-costs';

const GB = 1e9;
/** Images (two), logs and secrets; test/cost/stacks.test.ts holds these to what is synthesized. */
const calledAlways: readonly CalledService[] = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'];
/** By pollers that are not provisioned. */
const calledOnDemand: readonly CalledService[] = ['lambda', 'sts'];

/** Interface endpoints that are made; the one of S3 is a gateway and free. */
export function endpointsOf({ consumer, network }: Configuration): CalledService[] {
  if (network.natGateways > 0) return [];
  const called = [...calledAlways, ...(consumer.pollersMax === 0 ? calledOnDemand : [])];
  return called.filter((service) => !network.reachableServices.includes(service));
}

/** Whoever talks to somebody in a zone at random finds him in another one that often. */
function elsewhere({ network }: Configuration): number {
  return (network.zoneCount - 1) / network.zoneCount;
}

function gbBetweenZones(configuration: Configuration, load: Load): number {
  const { consumer } = load;
  // Written once, read by each reader; copies between brokers are free.
  const ofKafka = load.logBytesPerSecond * (1 + readersOf(configuration));
  const perSecond = (ofKafka + consumer.storeBytesPerSecond) * elsewhere(configuration);
  return (perSecond * SECONDS_PER_MONTH) / GB;
}

export function networkItems(configuration: Configuration, load: Load): Item[] {
  const { network, consumer } = configuration;
  const endpoints = endpointsOf(configuration).length * network.endpointZoneCount;
  const items = [
    hourly('Network', 'interface endpoints', endpoints, PRICES.endpoint, 'endpoints and zones'),
    item('Network', 'traffic between zones', gbBetweenZones(configuration, load), PRICES.betweenZones, 'GB'),
  ];
  // Pollers on demand invoke the function from within the VPC: batches pass through Lambda's endpoint, or through NAT.
  const onDemand = consumer.pollersMax === 0 ? load.recordsPerSecond * MEASURED.payloadBytes.value : 0;
  const batchGb = (onDemand * SECONDS_PER_MONTH) / GB;
  if (network.natGateways > 0) {
    items.push(hourly('Network', 'NAT gateways', network.natGateways, PRICES.nat, 'gateways'));
    items.push(item('Network', 'batches through NAT', batchGb, PRICES.natData, 'GB'));
  } else if (onDemand > 0) {
    items.push(item('Network', 'batches through the endpoint', batchGb, PRICES.endpointData, 'GB'));
  }
  return items;
}
