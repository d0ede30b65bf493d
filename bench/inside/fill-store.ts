/** Fills a store with an even site, in a process of its own: a connection that is gone takes no memory of the server's. */
import { connectRedis } from '../../pipeline/store/redis-client';
import type { EvenSite } from '../even-site';
import { answer } from './answer';
import { StoreFiller } from './store-filler';

export interface FillStoreQuestion {
  readonly redisUrl: string;
  readonly site: EvenSite;
}

/** Answers the records that it has counted. */
answer<FillStoreQuestion, number>(async ({ redisUrl, site }) => {
  const redis = connectRedis(redisUrl);
  const filler = new StoreFiller(redis, site.topic, site.partitions);
  await filler.announce();
  await filler.add(site);
  redis.disconnect();
  return filler.counted;
});
