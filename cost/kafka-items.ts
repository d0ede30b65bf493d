/** MSK, by kind of cluster: what standard, express and serverless bill. */
import type { Configuration } from '../lib/config';
import { ConfigurationError } from '../pipeline/settings';
import { assumed } from './assumptions';
import { brokersOf, type Load } from './demand';
import { hourly, type Item, item } from './item';
import { BROKER_PRICES, PRICES, type Price, SECONDS_PER_MONTH } from './prices';

const GB = 1e9;

export function brokerTypeOf({ stream }: Configuration): string {
  return stream.type === 'express' ? stream.expressBrokerType : stream.standardBrokerType;
}

/** Throws ConfigurationError for a type without a price. */
export function brokerPrice(configuration: Configuration): Price {
  const type = brokerTypeOf(configuration);
  const price = BROKER_PRICES.get(type);
  if (price !== undefined) return price;
  const { stream } = configuration;
  const family = stream.type === 'express' ? 'express.' : 'kafka.';
  const allowed = [...BROKER_PRICES.keys()].filter((known) => known.startsWith(family)).join(', ');
  const setting = `clickstream.stream.${stream.type}BrokerType`;
  throw new ConfigurationError(setting, type, `types that cost/prices.ts knows: ${allowed}`);
}

/** Who reads all of the log: the consumer, and the audit once more. */
export function readersOf({ audit }: Configuration): number {
  return audit.intervalMinutes > 0 ? 2 : 1;
}

/** Of a cluster that is adopted, only what grows with our data: its brokers and disks are there anyway. */
export function kafkaItems(configuration: Configuration, load: Load): Item[] {
  const isAdopted = configuration.stream.clusterArn !== '';
  return clusterItems(configuration, load).filter(({ name }) => !isAdopted || name.startsWith('data '));
}

function clusterItems(configuration: Configuration, load: Load): Item[] {
  const { stream } = configuration;
  const writtenGb = (load.logBytesPerSecond * SECONDS_PER_MONTH) / GB;
  const keptGb = load.retainedBytes / GB;
  const brokers = brokersOf(configuration);
  if (stream.type === 'serverless') {
    return [
      hourly('Kafka', 'serverless cluster', 1, PRICES.serverlessCluster, 'cluster'),
      hourly('Kafka', 'partitions', stream.partitions, PRICES.serverlessPartition, 'partitions'),
      item('Kafka', 'data written', writtenGb, PRICES.serverlessIn, 'GB'),
      item('Kafka', 'data read', writtenGb * readersOf(configuration), PRICES.serverlessOut, 'GB'),
      item('Kafka', 'data kept', keptGb, PRICES.serverlessStorage, 'GB-months'),
    ];
  }
  const ofBrokers = hourly(
    'Kafka',
    'brokers',
    brokers,
    brokerPrice(configuration),
    brokerTypeOf(configuration),
  );
  if (stream.type === 'express') {
    const billedGb = keptGb * assumed('expressCopies');
    return [
      ofBrokers,
      item('Kafka', 'data written', writtenGb, PRICES.expressIn, 'GB'),
      item('Kafka', 'data kept', billedGb, PRICES.expressStorage, 'GB-months'),
    ];
  }
  const diskGb = brokers * stream.storageGibPerBroker;
  return [ofBrokers, item('Kafka', 'disks', diskGb, PRICES.standardStorage, 'GB-months')];
}
