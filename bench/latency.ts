/** `latency`: how long an event takes to the API and to the screen, beside what Kafka alone takes, at an ordinary rate. */
import { join } from 'node:path';
import { bundleWeb } from '../bundle';
import { findFreePort } from '../local/services/ports';
import { SETTING } from '../pipeline/settings';
import { findChromium } from './bench-services';
import { BenchTopic, partitions } from './bench-topic';
import { type Bench, BenchError, type Measurement, type Scale, type Size, sleep } from './benchmark';
import { latencyFigures } from './figures';
import { FloorProbe } from './floor-probe';
import { ProbeWriter, probeSite } from './probe-writer';
import { ScreenProbe } from './screen-probe';
import { benchSite, simulatedViewBytes } from './simulated-log';
import { producerEnv } from './trial';

export const eventsPerSecond = 1_700;
/** A tiny run only shows that it works: it must not keep a busy machine busier. */
export function backgroundRate(size: Size): number {
  return size === 'tiny' ? 50 : eventsPerSecond;
}
/** No batch is waited for: what is there is delivered. Each event costs more for it, which matters at much higher rates alone. */
const lowLatency = { [SETTING.BATCH_WINDOW_MS]: '0' } as const;
/** One probe of the screen for so many of the API: it takes a second. */
export const probesPerScreenProbe = 3;
const pollMs = 5;
const probeWithinMs = 20_000;
/** Probes must not keep step with windows, heartbeats or the page's second. */
const pauseMsMax = 300;
/** Until connections, compilers and the group have settled. */
export function warmUpProbes(size: Size): number {
  return size === 'tiny' ? 1 : 3;
}

async function viewsInApi(url: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/snapshot?site=${probeSite}&window=5m`).catch(() => undefined);
  if (!response?.ok) return -1;
  const { totals } = (await response.json()) as { readonly totals: { readonly views: number } };
  return totals.views;
}

/** Milliseconds from just before the event is sent until the API counts it. */
export async function probeApi(writer: Pick<ProbeWriter, 'write'>, url: string): Promise<number> {
  const fromMs = performance.now();
  const views = await writer.write();
  while ((await viewsInApi(url)) < views) {
    if (performance.now() - fromMs > probeWithinMs)
      throw new BenchError('latency: an event did not reach the API');
    await sleep(pollMs);
  }
  return performance.now() - fromMs;
}

export async function repeat(times: number, probe: () => Promise<number>): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < times; i += 1) {
    await sleep(Math.random() * pauseMsMax);
    found.push(await probe());
  }
  return found;
}

/** Where the page is, and who serves it. */
export async function startDashboard(bench: Bench, topic: BenchTopic): Promise<string> {
  const webDirectory = join(bench.services.folder, 'web');
  bundleWeb(webDirectory);
  const port = await findFreePort();
  bench.programs.start(
    'local/dashboard.ts',
    topic.env({ [SETTING.PORT]: String(port), [SETTING.WEB_DIRECTORY]: webDirectory }),
  );
  return `http://127.0.0.1:${port}`;
}

export async function measureLatency(bench: Bench, { events: probes, size }: Scale): Promise<Measurement> {
  const rate = backgroundRate(size);
  const warmUps = warmUpProbes(size);
  const chromium = await findChromium(bench.say);
  const topic = await BenchTopic.make(bench.services, 'latency', [benchSite, probeSite]);
  const eventSource = bench.programs.start('local/processor.ts', topic.env(lowLatency));
  const producer = bench.programs.start('producer/main.ts', {
    ...producerEnv(topic, rate),
    [SETTING.SITES]: benchSite,
  });
  const url = await startDashboard(bench, topic);
  const writer = await ProbeWriter.connect(bench.services.kafka, topic.name);
  const floor = await FloorProbe.start(bench.services, writer.value(0).length);
  await repeat(warmUps, () => probeApi(writer, url));
  await repeat(warmUps, () => floor.probe());
  const floorMs: number[] = [];
  const apiMs = await repeat(probes, async () => {
    floorMs.push(await floor.probe());
    return probeApi(writer, url);
  });
  const screen = await ScreenProbe.open(chromium, `${url}/?site=${probeSite}&window=5m`);
  await repeat(warmUps, () => screen.probe(writer));
  const screenMs = await repeat(Math.ceil(probes / probesPerScreenProbe), () => screen.probe(writer));
  await screen.close();
  await Promise.all([floor.close(), writer.close(), producer.stop()]);
  while ((await topic.counted()) < (await topic.written())) {
    eventSource.requireAlive();
    await sleep(100);
  }
  await bench.programs.stopAll();
  const audited = await topic.audit();
  await topic.remove();
  return {
    conditions: [
      `${rate.toLocaleString('en')} events/s beside the probes, median page view ${simulatedViewBytes(rate)} bytes`,
      `${partitions} partitions, batch window ${lowLatency[SETTING.BATCH_WINDOW_MS]} ms`,
      `${apiMs.length} probes of the API, asked every ${pollMs} ms; ${screenMs.length} of the screen (Chromium, headless)`,
    ],
    figures: [
      ...latencyFigures('floor: Kafka alone, there and back', floorMs),
      ...latencyFigures('event to API', apiMs),
      ...latencyFigures('event to screen', screenMs),
    ],
    audited,
  };
}
