/** What is checked on the running stack, in this order: each check finds the stack as the one before has left it. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { Partitioners } from 'kafkajs';
import type { DashboardSnapshot } from '../../pipeline/core/snapshot';
import { DEFAULT_TOPIC } from '../../pipeline/settings';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { SERVICES, type ServiceName, type Stack } from './stack';

export interface Check {
  readonly name: string;
  /** Returns what was found, for the log; throws where it is not as it should be. */
  readonly run: (stack: Stack) => Promise<string>;
}

const handMadeEvents = 2_000;
const handMadePage = '/made-by-hand';
/** Long enough for whoever was restarted to have missed something. */
const awayMs = 10_000;

export const CHECKS: readonly Check[] = [
  { name: 'five services become healthy', run: becomeHealthy },
  { name: 'numbers rise and are live', run: rise },
  { name: 'a page view sent from the host is counted', run: countEventsFromHost },
  { name: 'the audit finds no difference', run: (stack) => stack.audit() },
  ...(['kafka', 'redis'] as const).map((service) => ({
    name: `${service} is away for a while and comes back`,
    run: (stack: Stack) => pauseService(stack, service),
  })),
  ...SERVICES.map((service) => ({
    name: `${service} is killed and started again`,
    run: (stack: Stack) => killService(stack, service),
  })),
  { name: 'two processors share the work', run: scaleProcessor },
  { name: 'down, then up: the counts are still there', run: keepCounts },
  { name: 'down -v, then up: the counts begin anew', run: wipeCounts },
];

async function becomeHealthy(stack: Stack): Promise<string> {
  await stack.up();
  deepStrictEqual(await stack.healthy(), SERVICES);
  return SERVICES.join(', ');
}

/** Live, and more counted than at the start of the wait. */
export async function rise(stack: Stack): Promise<string> {
  return riseAs(stack, 'live numbers that rise', ({ freshness }) => freshness === 'live');
}

/** More counted than at the start of the wait, by numbers of which `holds` is true. */
export async function riseAs(
  stack: Stack,
  what: string,
  holds: (snapshot: DashboardSnapshot) => boolean,
): Promise<string> {
  const { ledger: before } = await stack.waitFor('an answer', () => true);
  const { ledger, lag } = await stack.waitFor(
    what,
    (now) => holds(now) && now.ledger.counted > before.counted,
  );
  return `${before.counted} -> ${ledger.counted} counted, lag ${lag} ms`;
}

/** The whole topic is counted, and recounting it finds the same. */
export async function recover(stack: Stack): Promise<string> {
  const found = await rise(stack);
  return `${found}; ${await stack.audit()}`;
}

function viewsOf(snapshot: DashboardSnapshot, page: string): number {
  return snapshot.totals.pages.find(({ value }) => value === page)?.count ?? 0;
}

/** The smallest event there is, through the listener for the host. */
async function countEventsFromHost(stack: Stack): Promise<string> {
  const kafka = kafkaClient(
    { brokers: [`127.0.0.1:${stack.ports.kafka}`], auth: 'plain' },
    'clickstream-test',
    () => {},
  );
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = Array.from({ length: handMadeEvents }, (_, index) => ({
    value: JSON.stringify({ user_id: `visitor-${index % 100}`, page: handMadePage }),
  }));
  await producer.send({ topic: DEFAULT_TOPIC, messages });
  await producer.disconnect();
  await stack.waitFor(
    `${handMadeEvents} views of ${handMadePage}`,
    (now) => viewsOf(now, handMadePage) === handMadeEvents,
  );
  return `${handMadeEvents} of ${handMadeEvents}`;
}

async function pauseService(stack: Stack, service: ServiceName): Promise<string> {
  await stack.compose(['stop', service]);
  await new Promise((resolve) => setTimeout(resolve, awayMs));
  await stack.compose(['start', service]);
  return recover(stack);
}

/** The engine takes `kill` for a wish of the user's and does not start the container again; `up` does. */
async function killService(stack: Stack, service: ServiceName): Promise<string> {
  await stack.compose(['kill', '--signal', 'SIGKILL', service]);
  await stack.up();
  return recover(stack);
}

async function scaleProcessor(stack: Stack): Promise<string> {
  await stack.compose(['up', '-d', '--wait', '--scale', 'processor=2']);
  deepStrictEqual(await stack.healthy(), [...SERVICES, 'processor'].sort());
  const found = await recover(stack);
  await stack.compose(['up', '-d', '--wait', '--scale', 'processor=1']);
  return `${found}; one again: ${await recover(stack)}`;
}

export async function keepCounts(stack: Stack): Promise<string> {
  const { ledger: before } = await stack.snapshot();
  await stack.compose(['down']);
  await stack.up();
  const after = await stack.waitFor('an answer', () => true);
  ok(
    after.ledger.counted >= before.counted,
    `${before.counted} counted before, ${after.ledger.counted} after`,
  );
  return recover(stack);
}

export async function wipeCounts(stack: Stack): Promise<string> {
  const { ledger: before } = await stack.snapshot();
  await stack.compose(['down', '--volumes']);
  await stack.up();
  const { ledger: after } = await stack.waitFor('an answer', () => true);
  ok(after.counted < before.counted, `${before.counted} counted before, ${after.counted} after`);
  return `${before.counted} before, ${after.counted} after; ${await recover(stack)}`;
}
