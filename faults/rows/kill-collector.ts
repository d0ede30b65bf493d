/**
 * The collector is killed again and again while Segment's SDK for Node sends to it, as an app would: it tries again with the same ids until
 * it is told that all is well. Every event that it made is then counted, and none twice; what it was told to be delivered is on the topic.
 */
import { Analytics } from '@segment/analytics-node';
import { findFreePort } from '../../local/services/ports';
import { SETTING } from '../../pipeline/settings';
import { IN_MEMORY, RedisServer } from '../redis-server';
import {
  between,
  type Scenario,
  type ScenarioContext,
  type ScenarioResult,
  sizeOf,
  sleep,
  until,
} from '../scenario';
import { Stage, site } from '../stage';
import { finish } from '../verdict';

const kills = { short: 3, whole: 10 };
/** Events a second. */
const rate = { short: 100, whole: 300 };
const aliveMs = { min: 300, max: 3_000 };
const tickMs = 100;
const startsWithinMs = 60_000;
/** Its last tries are a minute apart. */
const flushMsMax = 180_000;
const eventName = 'sent by an SDK';

/** Sends at a rate until it is told to end, and knows what the SDK has made of each event. */
class SdkLoad {
  readonly delivered = new Set<string>();
  readonly failed: string[] = [];
  private made = 0;
  private readonly analytics: Analytics;
  private readonly ticking: NodeJS.Timeout;

  constructor(url: string, eventsPerSecond: number) {
    this.analytics = new Analytics({ writeKey: site, host: url, maxRetries: 100, flushInterval: 200 });
    this.analytics.on('error', ({ reason }) => this.failed.push(String(reason)));
    this.ticking = setInterval(() => {
      for (let i = 0; i < (eventsPerSecond * tickMs) / 1_000; i += 1) this.track();
    }, tickMs);
  }

  get sent(): number {
    return this.made;
  }

  private track(): void {
    this.made += 1;
    this.analytics.track({ anonymousId: `app-${this.made % 50}`, event: eventName }, (error, context) => {
      const id = context?.event.messageId;
      if (error === undefined && id !== undefined) this.delivered.add(id);
    });
  }

  /** Resolves when the SDK has nothing left to send. */
  async end(): Promise<void> {
    clearInterval(this.ticking);
    await this.analytics.closeAndFlush({ timeout: flushMsMax });
  }
}

async function isAccepting(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/api/v1/health`).catch(() => undefined);
  return (
    ((await answer?.json().catch(() => undefined)) as { accepting?: boolean } | undefined)?.accepting === true
  );
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const redis = await RedisServer.start(context, IN_MEMORY);
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const producerEnv = { [SETTING.COLLECTOR_PORT]: String(port), [SETTING.SIMULATOR]: 'false' };
  const stage = await Stage.open(context, { redisUrl: redis.url, producerEnv });
  await stage.play();
  await until('the collector takes events', startsWithinMs, () => isAccepting(url));
  const load = new SdkLoad(url, sizeOf(rate, context));
  for (let i = 1; i <= sizeOf(kills, context); i += 1) {
    await sleep(between(context.random, aliveMs.min, aliveMs.max));
    await stage.producer.kill();
    stage.producer.start();
    await until('the collector takes events again', startsWithinMs, () => isAccepting(url));
    context.say(`killed ${i} times; ${load.delivered.size} of ${load.sent} events delivered`);
  }
  await load.end();
  const violations = await violationsOf(stage, load, context);
  return finish(stage, { violations });
}

async function violationsOf(stage: Stage, load: SdkLoad, context: ScenarioContext): Promise<string[]> {
  const { sent, delivered, failed } = load;
  const violations: string[] = [];
  if (failed.length > 0) violations.push(`the SDK gave up: ${failed[0]}`);
  if (delivered.size !== sent)
    violations.push(`${sent} events were made, the SDK delivered ${delivered.size}`);
  const counted = async (): Promise<number> => {
    const snapshot = await stage.page.read();
    return snapshot?.top.events.find(({ value }) => value === eventName)?.count ?? 0;
  };
  await until(
    'what was delivered is counted',
    startsWithinMs,
    async () => (await counted()) >= delivered.size,
  );
  const total = await counted();
  if (total !== sent) violations.push(`${sent} events were made, the page counts ${total}`);
  const duplicates = (await stage.page.read())?.ledger.duplicates ?? 0;
  context.say(
    `${sent} events made, delivered and counted: ${total}; ${duplicates} came twice and counted once`,
  );
  return violations;
}

export const killCollector: Scenario = {
  name: 'collector-kill',
  about: `kill -9 of the collector under the load of an SDK, ${kills.whole} times: each event counts, and once`,
  run,
};
