/** Redis Cluster loses a primary that holds counts: its replica takes over, perhaps without the last writes, and the dead one comes back as a replica. */
import { shardTag, stateKey } from '../../pipeline/store/keys';
import { RedisCluster } from '../redis-cluster';
import {
  between,
  type Scenario,
  type ScenarioContext,
  type ScenarioResult,
  sizeOf,
  sleep,
  until,
} from '../scenario';
import { partitions, Stage } from '../stage';
import { finish } from '../verdict';

const times = { short: 1, whole: 4 };
const upMs = { min: 2_000, max: 6_000 };
const failOverWithinMs = 60_000;

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { random } = context;
  const cluster = await RedisCluster.start(context);
  const stage = await Stage.open(context, { redisUrl: cluster.url });
  await stage.play();
  for (let i = 1; i <= sizeOf(times, context); i += 1) {
    await sleep(between(random, upMs.min, upMs.max));
    const partition = Math.floor(random() * partitions);
    const key = stateKey(shardTag({ topic: stage.topic, generation: 1, partition }));
    const primary = await cluster.primaryOf(key);
    await primary.kill();
    await until(
      'a replica has taken over',
      failOverWithinMs,
      async () => (await cluster.primaryOf(key)) !== primary,
    );
    await primary.restart();
    await cluster.untilInStep();
  }
  return finish(stage);
}

export const losePrimary: Scenario = {
  name: 'cluster-primary',
  about: 'Redis Cluster loses a primary, a replica takes over, 4 times',
  run,
};
