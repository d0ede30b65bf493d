/** `collector`: events by HTTP onto the topic, beside a bare handler of the same framework that answers 200 and does nothing. */
import { findFreePort } from '../local/services/ports';
import { SETTING } from '../pipeline/settings';
import { BenchTopic } from './bench-topic';
import { type Bench, BenchError, type Measurement, type Scale, sleep } from './benchmark';
import { type Figure, figuresOf, latencyFigures } from './figures';
import type { RunningProgram } from './programs';
import { sendRequests } from './request-load';
import { benchSite } from './simulated-log';

/** Of browsers that stay for a visit; enough that the collector always has something to do. */
const connections = 64;
const batchEvents = 100;
const distinctRequests = 500;
/** Beside one request at a time for each event, batches carry as many events in a tenth of the requests. */
const singleShare = 0.25;
const readyWithinMs = 60_000;
const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

interface Trial {
  readonly rate: number;
  readonly cpuUs: number;
  readonly answerMs: readonly number[];
}

function requestOf(first: number, events: number): Buffer {
  const of = Array.from({ length: events }, (_, i) => ({
    type: 'page',
    anonymousId: `visitor-${(first * 31 + i) % 1_000}`,
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
  const requests = Array.from({ length: distinctRequests }, (_, i) => requestOf(i, perRequest));
  const count = Math.max(connections, Math.round(events / perRequest));
  // For the compiler, and not measured.
  await sendRequests({ port, connections, requests, count: Math.ceil(count / 5) });
  const cpuBefore = program.seconds() ?? 0;
  const { seconds, answerMs } = await sendRequests({ port, connections, requests, count });
  program.requireAlive();
  const sent = count * perRequest;
  return { rate: sent / seconds, cpuUs: (((program.seconds() ?? 0) - cpuBefore) * 1e6) / sent, answerMs };
}

async function untilAccepting(port: number, program: RunningProgram): Promise<void> {
  const deadlineMs = performance.now() + readyWithinMs;
  while (performance.now() < deadlineMs) {
    program.requireAlive();
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health`).catch(() => undefined);
    if (((await answer?.json()) as { accepting?: boolean } | undefined)?.accepting === true) return;
    await sleep(50);
  }
  throw new BenchError('the collector takes no events');
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
  await collector.stop();
  const bare = bench.programs.start('bench/inside/bare-server.ts', { PORT: String(port + 1) });
  await bare.message();
  const bareSingle = await trial(bare, port + 1, singles, 1);
  const bareBatch = await trial(bare, port + 1, events, batchEvents);
  await bare.stop();
  return { single, batch, bareSingle, bareBatch };
}

export async function measureCollector(bench: Bench, { events, runs }: Scale): Promise<Measurement> {
  const topic = await BenchTopic.make(bench.services, 'collector');
  const done: Run[] = [];
  try {
    for (let run = 0; run < runs; run += 1) done.push(await runOnce(bench, topic, events));
  } finally {
    await topic.remove();
  }
  return {
    conditions: [
      `${connections} kept connections, one request under way on each; answered after acks=all`,
      'load, collector and Kafka on the same processors',
      `batches of ${batchEvents}`,
    ],
    figures: [
      ...figuresOfTrials(done, 'single', 'bareSingle', 'one event a request'),
      ...figuresOfTrials(done, 'batch', 'bareBatch', `batches of ${batchEvents}`),
    ],
    audited: undefined,
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
  return [
    ...figuresOf(rows, [
      ['rate', `${name}: collector`, 'events/s'],
      ['bareRate', `${name}: bare handler`, 'events/s'],
      ['ratio', `${name}: collector : bare handler`, 'x'],
      ['cpuUs', `${name}: collector, CPU`, 'us/event'],
      ['bareCpuUs', `${name}: bare handler, CPU`, 'us/event'],
    ]),
    ...latencyFigures(
      `${name}: answer`,
      runs.flatMap((run) => run[ours].answerMs),
      ['p50', 'p99'],
    ),
    ...latencyFigures(
      `${name}: answer of the bare handler`,
      runs.flatMap((run) => run[bare].answerMs),
      ['p50', 'p99'],
    ),
  ];
}
