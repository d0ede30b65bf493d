/** Requests that try to crash the collector, to fill its memory, or to be taken for what they are not. */
import { findFreePort } from '../../local/services/ports';
import type { EdgeReason } from '../../pipeline/core/edge-reason';
import { SETTING } from '../../pipeline/settings';
import { describeCourse, flatViolations, type MemoryCourse, MemoryWatch } from '../memory-watch';
import { IN_MEMORY, RedisServer } from '../redis-server';
import { markupViolations } from '../requests/page-markup';
import { RequestSender } from '../requests/sender';
import type { RequestSpecimen } from '../requests/specimen';
import { drawRequest, MARKUP_TEXTS, markupRequest } from '../requests/specimens';
import { readCollected } from '../requests/topic-sums';
import { type Scenario, type ScenarioContext, type ScenarioResult, sizeOf, until } from '../scenario';
import { healsWithinMs, Stage } from '../stage';
import { finish } from '../verdict';

const requests = { short: 4_000, whole: 1_000_000 };
const atOnce = 64;
const startsWithinMs = 60_000;
const sayEvery = 100_000;
const namedMax = 5;
/** Of the container that it runs in (docker-compose.yml, `mem_limit`), and less than AWS gives a task. */
const memoryMiBMax = 384;
/** In that container Node takes half of it for its heap; here it would take gigabytes, and clear up when it pleases. */
const nodeOptions = `--max-old-space-size=${memoryMiBMax / 2}`;

/** What had to come of all requests together. */
class Expected {
  requests = 0;
  events = 0;
  readonly edge = new Map<EdgeReason, number>();
  readonly wrong: string[] = [];

  take({ kind, events, edge, status }: RequestSpecimen, answered: number | undefined): void {
    this.requests += 1;
    this.events += events;
    for (const [reason, count] of Object.entries(edge) as [EdgeReason, number][])
      this.edge.set(reason, (this.edge.get(reason) ?? 0) + count);
    if (status !== undefined && answered !== status)
      this.wrong.push(`${kind}: answered ${answered}, must be ${status}`);
  }
}

async function sendAll(context: ScenarioContext, sender: RequestSender, count: number): Promise<Expected> {
  const expected = new Expected();
  let drawn = 0;
  const work = async (): Promise<void> => {
    while (drawn < count) {
      drawn += 1;
      const specimen = drawRequest(context.random);
      expected.take(specimen, await sender.send(specimen));
      if (expected.requests % sayEvery === 0) context.say(`${expected.requests} requests answered`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const last = markupRequest();
  expected.take(last, await sender.send(last));
  return expected;
}

/** A short run is over before the heap has found its size. */
function memoryViolations(course: MemoryCourse | undefined, isShort: boolean): string[] {
  if (course === undefined) return [];
  const tooMuch = `the collector took ${Math.round(course.peakMiB)} MiB, more than the ${memoryMiBMax} of its container`;
  return [...(course.peakMiB > memoryMiBMax ? [tooMuch] : []), ...(isShort ? [] : flatViolations(course))];
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const redis = await RedisServer.start(context, IN_MEMORY);
  const port = await findFreePort();
  const producerEnv = {
    [SETTING.COLLECTOR_PORT]: String(port),
    [SETTING.SIMULATOR]: 'false',
    NODE_OPTIONS: nodeOptions,
  };
  const stage = await Stage.open(context, { redisUrl: redis.url, producerEnv });
  await stage.play();
  await until('the collector takes events', startsWithinMs, async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health`).catch(() => undefined);
    return ((await answer?.json()) as { accepting?: boolean } | undefined)?.accepting === true;
  });
  const { pid } = stage.producer;
  const memory = pid === undefined ? undefined : new MemoryWatch(pid);
  const sender = new RequestSender(port);
  const fromMs = performance.now();
  const expected = await sendAll(context, sender, sizeOf(requests, context));
  sender.close();
  const seconds = (performance.now() - fromMs) / 1_000;
  context.say(`${expected.requests} requests, ${Math.round(expected.requests / seconds)} a second`);
  const violations = expected.wrong.slice(0, namedMax);
  if (!stage.producer.isAlive() || stage.producer.pid !== pid) violations.push('the collector ended');
  const course = await memory?.end();
  context.say(describeCourse(course).replace('event source', 'collector'));
  violations.push(...memoryViolations(course, context.isShort));
  await until('the page is live', healsWithinMs, () => stage.page.said === 'live');
  violations.push(...(await markupViolations(stage.pageUrl, MARKUP_TEXTS, context.say)));
  // The collector ends in order there, with its last summaries.
  const result = await finish(stage, { violations });
  return {
    ...result,
    violations: [...result.violations, ...(await sumViolations(context, stage, expected))],
  };
}

/** Each event is on the topic, and all else is told by its reason. */
async function sumViolations(context: ScenarioContext, stage: Stage, expected: Expected): Promise<string[]> {
  const sums = await readCollected(
    context.kafka.client('clickstream-faults'),
    stage.topic,
    await stage.bounds(),
  );
  const reasons = new Set([...expected.edge.keys(), ...sums.edge.keys()]);
  const rows = [
    ['events', expected.events, sums.events] as const,
    ...[...reasons].map(
      (reason) => [reason, expected.edge.get(reason) ?? 0, sums.edge.get(reason) ?? 0] as const,
    ),
  ];
  for (const [name, must, is] of rows)
    context.say(`${name.padEnd(20)} ${String(must).padStart(9)} ${String(is).padStart(9)}`);
  return rows
    .filter(([, must, is]) => must !== is)
    .map(([name, must, is]) => `${name}: ${is} on the topic, must be ${must}`);
}

export const fuzzCollector: Scenario = {
  name: 'collector-fuzz',
  about: `${requests.whole.toLocaleString('en')} requests to the collector, most of them broken somewhere: no crash, each told by its reason`,
  run,
};
