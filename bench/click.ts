/** `click`: from a click on the demo site in a browser, through tracker and collector, to the API and to the screen. */
import { join } from 'node:path';
import { bundleDemo, bundleTracker } from '../bundle';
import { findFreePort } from '../local/services/ports';
import { SETTING } from '../pipeline/settings';
import { findChromium } from './bench-services';
import { BenchTopic, batchSettings, partitions } from './bench-topic';
import { type Bench, BenchError, type Measurement, type Scale, sleep } from './benchmark';
import { DemoVisitor } from './demo-visitor';
import { latencyFigures } from './figures';
import {
  backgroundRate,
  probeApi,
  probesPerScreenProbe,
  repeat,
  startDashboard,
  warmUpProbes,
} from './latency';
import { probeSite } from './probe-writer';
import type { RunningProgram } from './programs';
import { ScreenProbe } from './screen-probe';
import { benchSite } from './simulated-log';
import { producerEnv } from './trial';

const collectorWithinMs = 60_000;

interface StartedCollector {
  readonly program: RunningProgram;
  readonly origin: string;
}

/** Resolves once it takes events. */
async function startCollector(bench: Bench, topic: BenchTopic, pageUrl: string): Promise<StartedCollector> {
  const directory = join(bench.services.folder, 'tracker');
  bundleTracker(directory);
  bundleDemo(directory, { writeKey: probeSite, pageUrl });
  const port = await findFreePort();
  const program = bench.programs.start(
    'producer/main.ts',
    topic.env({
      [SETTING.SIMULATOR]: 'false',
      [SETTING.COLLECTOR_PORT]: String(port),
      [SETTING.TRACKER_DIRECTORY]: directory,
      [SETTING.CLICKSTREAM_HOME]: bench.services.folder,
    }),
  );
  const origin = `http://127.0.0.1:${port}`;
  const deadlineMs = Date.now() + collectorWithinMs;
  while (!(await isAccepting(origin))) {
    if (Date.now() > deadlineMs) throw new BenchError('click: the collector takes no events');
    await sleep(100);
  }
  return { program, origin };
}

async function isAccepting(origin: string): Promise<boolean> {
  const response = await fetch(`${origin}/api/v1/health`).catch(() => undefined);
  return response?.ok === true && ((await response.json()) as { readonly accepting: boolean }).accepting;
}

export async function measureClick(bench: Bench, { events: probes, size }: Scale): Promise<Measurement> {
  const rate = backgroundRate(size);
  const warmUps = warmUpProbes(size);
  const chromium = await findChromium(bench.say);
  const topic = await BenchTopic.make(bench.services, 'click', [benchSite, probeSite]);
  const eventSource = bench.programs.start('local/processor.ts', topic.env());
  const producer = bench.programs.start('producer/main.ts', {
    ...producerEnv(topic, rate),
    [SETTING.SITES]: benchSite,
  });
  const url = await startDashboard(bench, topic);
  const collector = await startCollector(bench, topic, url);
  const visitor = await DemoVisitor.enter(chromium, collector.origin);
  await repeat(warmUps, () => probeApi(visitor, url));
  const apiMs = await repeat(probes, () => probeApi(visitor, url));
  const screen = await ScreenProbe.open(chromium, `${url}/?site=${probeSite}&window=5m`);
  await repeat(warmUps, () => screen.probe(visitor));
  const screenMs = await repeat(Math.ceil(probes / probesPerScreenProbe), () => screen.probe(visitor));
  await Promise.all([screen.close(), visitor.leave(), producer.stop()]);
  await collector.program.stop();
  while ((await topic.counted()) < (await topic.written())) {
    eventSource.requireAlive();
    await sleep(100);
  }
  await bench.programs.stopAll();
  const audited = await topic.audit();
  await topic.remove();
  return {
    conditions: [
      `${rate.toLocaleString('en')} events/s beside the clicks; ${partitions} partitions, batch window ${batchSettings.batchWindowMs} ms`,
      `${apiMs.length} clicks until the API had them, ${screenMs.length} until the screen had them; each loads a page of the demo site, and its time begins before the click`,
    ],
    figures: [...latencyFigures('click to API', apiMs), ...latencyFigures('click to screen', screenMs)],
    audited,
  };
}
