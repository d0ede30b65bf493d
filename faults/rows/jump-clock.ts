/**
 * The producer's clock jumps: hours ahead, hours back, a day ahead. Log time is the broker's (LogAppendTime), so that nothing is counted
 * twice or not at all, the page stays live, and the ledger tells the events that claimed the future or the past.
 */
import { STATE } from '../../pipeline/store/keys';
import { IN_MEMORY, RedisServer } from '../redis-server';
import { type Scenario, type ScenarioContext, type ScenarioResult, sizeOf, sleep } from '../scenario';
import { Stage } from '../stage';
import { finish } from '../verdict';

const hour = 3_600;
/** Seconds ahead of true time, one after the other. */
const jumps = [3 * hour, -2 * hour, 26 * hour, -50 * hour, 400, 0];
const eachSeconds = { short: 3, whole: 10 };
/** The producer starts while the programs come up. */
const firstAfterSeconds = 5;

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const redis = await RedisServer.start(context, IN_MEMORY);
  const each = sizeOf(eachSeconds, context);
  const plan = jumps.map((ahead, i) => `${firstAfterSeconds + i * each}:${ahead}`).join(',');
  const stage = await Stage.open(context, {
    redisUrl: redis.url,
    producerPreload: { entry: 'faults/inside/jumping-clock.ts', env: { CLOCK_JUMPS: plan } },
  });
  await stage.play();
  await sleep((firstAfterSeconds + jumps.length * each) * 1_000);
  const states = await stage.shards.states();
  const sum = (field: string): number =>
    states.reduce((total, state) => total + Number(state[field] ?? 0), 0);
  const violations: string[] = [];
  if (sum(STATE.skewed) === 0) violations.push('no event was told as skewed: the clock did not jump ahead');
  if (sum(STATE.late) === 0) violations.push('no event was told as late: the clock did not jump back');
  if (stage.page.hasWarned) violations.push("the page was not live: it believed the producer's clock");
  return finish(stage, { violations });
}

export const jumpClock: Scenario = {
  name: 'clock-jumps',
  about: "the producer's clock jumps hours ahead, back, and more than a day",
  run,
};
