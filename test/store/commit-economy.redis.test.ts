/** What a batch costs Redis: one round trip to look up, one to commit, and inside them what differs, not what happened. */
import { countRun } from '../../pipeline/counting/count-run';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { DEMO_SITE, NOON_MS, pageView, recordOf, TEST_NONCE } from '../support/build-event';
import { connectTestRedis, ownTopic, testRedisUrl } from '../support/test-redis';
import { type RedisWatch, watchRedis } from '../support/watch-redis';

interface Seen {
  readonly command: string;
  readonly words: readonly string[];
  readonly isInScript: boolean;
}

let redis: RedisClient;
let watch: RedisWatch;
const seen: Seen[] = [];

beforeAll(async () => {
  redis = connectTestRedis();
  watch = await watchRedis(testRedisUrl(), ({ command: [name = '', ...words], isInScript }) => {
    seen.push({ command: name.toUpperCase(), words, isInScript });
  });
});
afterAll(async () => {
  watch.close();
  await redis.quit();
});

/** Commands that a batch of so many views of one visitor and page leads to; in a shard of its own. */
async function costOf(events: number): Promise<{ readonly sent: string[]; readonly inScripts: number }> {
  const shard = { topic: ownTopic(), generation: 1, partition: 0 };
  const records = Array.from({ length: events }, (_, i) =>
    recordOf(pageView({ messageId: `m-${i}`, anonymousId: 'visitor' }), i, NOON_MS),
  );
  const rules = { sites: DEMO_SITE, partitionCount: 1, nonce: TEST_NONCE };

  const outcome = await countRun(new RedisCommitStore(redis), shard, records, rules);

  expect(outcome).toEqual({ kind: 'applied', next: events });
  // MONITOR tells of commands after they have been answered: a mark says that all before it were told.
  const mark = ownTopic();
  await redis.exists(mark);
  while (!seen.some(({ words }) => words.includes(mark))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const own = seen.filter(({ words }) => words.some((word) => word.includes(shard.topic)));
  return {
    sent: own.filter(({ isInScript }) => !isInScript).map(({ command }) => command),
    inScripts: own.filter(({ isInScript }) => isInScript).length,
  };
}

test('a batch is one look-up and one commit, and its commands do not grow with its events', async () => {
  // The first one sends the scripts themselves, where the server does not have them yet.
  await costOf(1);

  const few = await costOf(10);
  const many = await costOf(900);

  expect(few.sent).toEqual(['EVALSHA', 'EVALSHA']);
  expect(many.sent).toEqual(few.sent);
  expect(few.inScripts).toBeGreaterThan(20);
  expect(many.inScripts).toBe(few.inScripts);
});
