/** Rebuild, repair, switch and drop on a Redis Cluster, where each generation's shard and the topology lie on nodes of their own. */
import { dropGenerations, switchBack } from '../../lambdas/rebuild/past-generations';
import { repairTopic } from '../../lambdas/repair/repair-topic';
import { waitingBatches } from '../../lambdas/repair/waiting-batch';
import { connectRedis } from '../../pipeline/store/redis-client';
import { kafkaLogSource } from '../../pipeline/stream/log-source';
import { consume, DEMO_ONLY, readAll } from '../audit/count-topic';
import { type RedisServer, startCluster } from '../support/redis-servers';
import { PARTITIONS, RebuildStage } from './rebuild-stage';

jest.setTimeout(240_000);

let server: RedisServer;
let stage: RebuildStage;

beforeAll(async () => {
  server = await startCluster();
  stage = new RebuildStage(connectRedis(server.url));
  await stage.openSmall();
  await stage.countAll();
});
afterAll(async () => {
  stage?.redis.disconnect();
  await server?.stop();
});

function repair() {
  return repairTopic({
    logs: kafkaLogSource(stage.kafka),
    store: stage.commits,
    rules: { sites: DEMO_ONLY, nonce: 'nonce0123456789nonce' },
    topic: stage.topic,
    consumerGroup: `${stage.topic}-group`,
    waitingFrom: waitingBatches(stage.redis),
  });
}

test('rebuilt with its head carried over, switched, gone on with, and found right', async () => {
  await stage.trimLog(0, 20);
  const report = await stage.rebuild();

  expect(report.comparison.differences).toEqual([]);
  expect(report.partitions[0]?.carriedUntilMs).toBeGreaterThan(0);
  expect(await stage.countedGenerations()).toEqual([2, 2]);
  await stage.writeMore(40);
  await stage.countRest();
  expect(await stage.differences()).toEqual([]);
});

test('a gap in the new generation is repaired', async () => {
  const from = Number((await stage.stateOf(2, 1)).next) + 3;
  await stage.writeMore(60);
  const waiting = await readAll(stage.kafka, stage.topic, 1, from);
  await expect(consume(stage.commits, stage.topic, 1, waiting, PARTITIONS)).rejects.toThrow(/behind/);

  const outcomes = await repair();

  expect(outcomes[1]).toMatchObject({ kind: 'repaired', lost: 0 });
  await stage.countRest();
  expect(await stage.differences()).toEqual([]);
});

test('back and forward again, and what nobody reads is dropped', async () => {
  await switchBack(stage.rebuilder(), stage.topic, stage.partitions, 'test');
  expect(await stage.countedGenerations()).toEqual([1, 1]);
  await stage.rebuild();
  expect(await stage.countedGenerations()).toEqual([3, 3]);

  expect(await dropGenerations(stage.rebuilder(), stage.topic, stage.partitions, 'test')).toBeGreaterThan(50);

  expect(await stage.differences()).toEqual([]);
  expect(Object.keys(await stage.stateOf(2)).sort()).toEqual(['moved', 'next', 'schema', 'start']);
});
