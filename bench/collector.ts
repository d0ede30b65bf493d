/**
 * `collector`: events by HTTP onto the topic, beside a bare handler of the same framework that answers 200 and does nothing. Each connection
 * sends when it has its answer, so the load is what the collector takes and no more; what it has acknowledged is counted and audited.
 */
import { randomUUID } from 'node:crypto';
import { findFreePort } from '../local/services/ports';
import { SETTING } from '../pipeline/settings';
import { BenchTopic } from './bench-topic';
import { type AuditedCells, type Bench, BenchError, type Measurement, type Scale, sleep } from './benchmark';
import { type Figure, figuresOf, latencyFigures } from './figures';
import type { RunningProgram } from './programs';
import { sendRequests } from './request-load';
import { benchSite } from './simulated-log';

/** Of browsers that stay for a visit; enough that the collector always has something to do. */
const connections = 64;
const batchEvents = 100;
/** Beside one request at a time for each event, batches carry as many events in a tenth of the requests. */
const singleShare = 0.25;
const readyWithinMs = 60_000;
const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

interface Trial {
  /** Warm-up included. */
  readonly sent: number;
  readonly rate: number;
  readonly cpuUs: number;
  /** With a request under way on each connection: mostly the wait for the others. */
  readonly fullMs: readonly number[];
  /** At half of that rate. */
  readonly halfMs: readonly number[];
}

/** As our tracker sends it, ids included. */
function requestOf(name: string, first: number, events: number): Buffer {
  const of = Array.from({ length: events }, (_, i) => ({
    type: 'page',
    messageId: `${name}-${first + i}`,
    anonymousId: `visitor-${(first + i * 31) % 1_000}`,
    properties: {
      url: `https://shop.example/page/${(first + i) % 200}?utm_source=news&x=1`,
      referrer: 'https://www.google.com/',
      title: 'A page of the shop',
    },
    context: { locale: 'en-GB' },
  }));
  const body = JSON.stringify({ writeKey: benchSite, sentAt: new Date().toISOString(), events: of });
  const headers = [
    'Host: 127.0.0.1',
    'Content-Type: text/plain',
    'Origin: https://shop.example',
    `User-Agent: ${browser}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`POST /api/v1/events HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}

async function trial(
  program: RunningProgram,
  port: number,
  events: number,
  perRequest: number,
): Promise<Trial> {
  const count = Math.max(connections, Math.round(events / perRequest));
  // For the compiler, and not measured.
  const warmUp = Math.ceil(count / 5);
  const half = Math.ceil(count / 4);
  const name = randomUUID();
  const requests = Array.from({ length: warmUp + count + half }, (_, i) =>
    requestOf(name, i * perRequest, perRequest),
  );
  const send = (of: number, perSecond?: number) =>
    sendRequests({ port, connections, requests: requests.splice(0, of), count: of, perSecond });
  await send(warmUp);
  const cpuBefore = program.seconds() ?? 0;
  const full = await send(count);
  const cpuUs = (((program.seconds() ?? 0) - cpuBefore) * 1e6) / (count * perRequest);
  const { answerMs: halfMs } = await send(half, count / full.seconds / 2);
  program.requireAlive();
  return {
    sent: (warmUp + count + half) * perRequest,
    rate: (count * perRequest) / full.seconds,
    cpuUs,
    fullMs: full.answerMs,
    halfMs,
  };
}

async function untilAccepting(port: number, program: RunningProgram): Promise<void> {
  const deadlineMs = performance.now() + readyWithinMs;
  while (performance.now() < deadlineMs) {
    program.requireAlive();
    if ((await healthOf(port))?.accepting === true) return;
    await sleep(50);
  }
  throw new BenchError('the collector takes no events');
}

interface CollectorHealth {
  readonly accepting: boolean;
  readonly acknowledged: number;
}

async function healthOf(port: number): Promise<CollectorHealth | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health`).catch(() => undefined);
  return (await answer?.json()) as CollectorHealth | undefined;
}

/** By what is answered with 200: no event of it may be lacking. */
async function requireAcknowledged(port: number, sent: number): Promise<void> {
  const acknowledged = (await healthOf(port))?.acknowledged;
  if (acknowledged !== sent)
    throw new BenchError(`the collector has written ${acknowledged} events, and ${sent} were answered`);
}

interface Run {
  readonly single: Trial;
  readonly batch: Trial;
  readonly bareSingle: Trial;
  readonly bareBatch: Trial;
}

async function runOnce(bench: Bench, topic: BenchTopic, events: number): Promise<Run> {
  const port = await findFreePort(2);
  const env = { [SETTING.COLLECTOR_PORT]: String(port), [SETTING.SIMULATOR]: 'false' };
  const collector = bench.programs.start('producer/main.ts', topic.env(env));
  await untilAccepting(port, collector);
  const singles = Math.round(events * singleShare);
  const single = await trial(collector, port, singles, 1);
  const batch = await trial(collector, port, events, batchEvents);
  await requireAcknowledged(port, single.sent + batch.sent);
  await collector.stop();
  const bare = bench.programs.start('bench/inside/bare-server.ts', { PORT: String(port + 1) });
  await bare.message();
  const bareSingle = await trial(bare, port + 1, singles, 1);
  const bareBatch = await trial(bare, port + 1, events, batchEvents);
  await bare.stop();
  return { single, batch, bareSingle, bareBatch };
}

/** After the runs: nothing is beside the collector while it is measured. */
async function countAndAudit(bench: Bench, topic: BenchTopic): Promise<AuditedCells> {
  const eventSource = bench.programs.start('local/processor.ts', topic.env());
  while ((await topic.counted()) < (await topic.written())) {
    eventSource.requireAlive();
    await sleep(100);
  }
  await eventSource.stop();
  return await topic.audit();
}

export async function measureCollector(bench: Bench, { events, runs }: Scale): Promise<Measurement> {
  const topic = await BenchTopic.make(bench.services, 'collector');
  const done: Run[] = [];
  for (let run = 0; run < runs; run += 1) done.push(await runOnce(bench, topic, events));
  const audited = await countAndAudit(bench, topic);
  await topic.remove();
  return {
    conditions: [
      `${connections} kept connections, one request under way on each, so up to ${connections * batchEvents} events at a time in batches; answered after acks=all`,
      'at half of the rate each request is timed from when it was due',
      'load, collector and Kafka on the same processors',
      `batches of ${batchEvents}`,
    ],
    figures: [
      ...figuresOfTrials(done, 'single', 'bareSingle', 'one event a request'),
      ...figuresOfTrials(done, 'batch', 'bareBatch', `batches of ${batchEvents}`),
    ],
    audited,
  };
}

function figuresOfTrials(
  runs: readonly Run[],
  ours: 'single' | 'batch',
  bare: 'bareSingle' | 'bareBatch',
  name: string,
): Figure[] {
  const rows = runs.map((run) => ({
    rate: run[ours].rate,
    bareRate: run[bare].rate,
    ratio: run[ours].rate / run[bare].rate,
    cpuUs: run[ours].cpuUs,
    bareCpuUs: run[bare].cpuUs,
  }));
  const answers = (who: string, of: keyof Run): Figure[] => [
    ...latencyFigures(
      `${name}: ${who}, answer at half of its rate`,
      runs.flatMap((run) => run[of].halfMs),
      ['p50', 'p99'],
    ),
    ...latencyFigures(
      `${name}: ${who}, answer at its rate`,
      runs.flatMap((run) => run[of].fullMs),
      ['p50', 'p99'],
    ),
  ];
  return [
    ...figuresOf(rows, [
      ['rate', `${name}: collector`, 'events/s'],
      ['bareRate', `${name}: bare handler`, 'events/s'],
      ['ratio', `${name}: collector : bare handler`, 'x'],
      ['cpuUs', `${name}: collector, CPU`, 'us/event'],
      ['bareCpuUs', `${name}: bare handler, CPU`, 'us/event'],
    ]),
    ...answers('collector', ours),
    ...answers('bare handler', bare),
  ];
}
