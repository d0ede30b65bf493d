/** ElastiCache: serverless by bytes and processing units, nodes by the hour; snapshots. */
import type { Configuration } from '../lib/config';
import { ConfigurationError } from '../pipeline/settings';
import type { Load } from './demand';
import { hourly, type Item, item } from './item';
import { HOURS_PER_MONTH, NODE_PRICES, PRICES, SECONDS_PER_MONTH } from './prices';
import { CACHE_BYTES_MIN, MICROSECONDS_PER_ECPU } from './service-limits';
import { MEASURED, snapshotShards } from './unit-costs';

const GB = 1e9;

/** A script is billed by its time or by the kilobytes it is sent, whichever is more; a simple command by the kilobyte. */
export function processingUnitsPerSecond({ stream }: Configuration, load: Load): number {
  const { consumer, dashboard } = load;
  const byTime = (consumer.storeBusy * 1e6) / MICROSECONDS_PER_ECPU;
  const byBytes = consumer.storeBytesPerSecond / 1_000;
  const snapshot = MEASURED.snapshotCommands.value + MEASURED.snapshotBytes.value / 1_000;
  return (
    Math.max(byTime, byBytes) + (dashboard.readsPerSecond * snapshot * stream.partitions) / snapshotShards
  );
}

/** Of a cache that is adopted, nothing: it has a bill of its own. */
export function storeItems(configuration: Configuration, load: Load): Item[] {
  const { store } = configuration;
  if (store.url !== '') return [];
  const snapshots =
    store.snapshotDays === 0
      ? []
      : [
          item(
            'Store',
            'snapshots',
            (store.snapshotDays * load.storeBytes) / GB,
            PRICES.cacheSnapshot,
            'GB-months',
          ),
        ];
  const secret = item('Store', 'password', 1, PRICES.secret, 'secret');
  if (store.type === 'serverless') {
    const gb = Math.max(load.storeBytes, CACHE_BYTES_MIN) / GB;
    const units = (processingUnitsPerSecond(configuration, load) * SECONDS_PER_MONTH) / 1e6;
    return [
      item('Store', 'bytes', gb * HOURS_PER_MONTH, PRICES.cacheStorage, 'GB-hours'),
      item('Store', 'processing units', units, PRICES.cacheUnits, 'million ECPU'),
      ...snapshots,
      secret,
    ];
  }
  const price = NODE_PRICES.get(store.nodeType);
  if (price === undefined) {
    const allowed = `types that cost/prices.ts knows: ${[...NODE_PRICES.keys()].join(', ')}`;
    throw new ConfigurationError('clickstream.store.nodeType', store.nodeType, allowed);
  }
  return [hourly('Store', 'nodes', store.nodeCount, price, store.nodeType), ...snapshots, secret];
}
