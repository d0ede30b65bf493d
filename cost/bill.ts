/** All items of a configuration under a demand. */
import type { Configuration } from '../lib/config';
import { consumerItems, dashboardItems, producerItems } from './compute-items';
import { type Demand, type Load, loadOf } from './demand';
import type { Item } from './item';
import { kafkaItems } from './kafka-items';
import { limitsOf, type UsedLimit } from './limits';
import { monitoringItems } from './monitoring-items';
import { networkItems } from './network-items';
import { storeItems } from './store-items';

export interface Bill {
  readonly demand: Demand;
  readonly configuration: Configuration;
  readonly load: Load;
  readonly items: readonly Item[];
  /** A month. */
  readonly dollars: number;
  /** Fullest first. */
  readonly limits: readonly UsedLimit[];
}

/** Throws ConfigurationError where a type has no price. */
export function billOf(demand: Demand, configuration: Configuration): Bill {
  const load = loadOf(demand, configuration);
  const items = [
    ...kafkaItems(configuration, load),
    ...consumerItems(configuration, load),
    ...storeItems(configuration, load),
    ...producerItems(configuration, load),
    ...dashboardItems(configuration, load),
    ...networkItems(configuration, load),
    ...monitoringItems(configuration, load),
  ];
  return {
    demand,
    configuration,
    load,
    items,
    dollars: items.reduce((sum, { dollars }) => sum + dollars, 0),
    limits: limitsOf(configuration, load),
  };
}
