/** `end-to-end`: everything on this machine, producer included, at the highest rate that lag does not grow at. */
import { writeAndReadBarely } from './bare-kafkajs';
import { BenchTopic, batchSettings, partitions } from './bench-topic';
import { type Bench, type Measurement, type Scale, type Size, sleep, sumCells } from './benchmark';
import { figuresOf } from './figures';
import type { SimulateQuestion } from './inside/simulate';
import { confirmRate, searchRate } from './search-rate';
import { simulatedViewBytes } from './simulated-log';
import { producerEnv, runTrial } from './trial';

const trialSeconds: Readonly<Record<Size, number>> = { tiny: 0.6, short: 5, whole: 15 };
/** As many as take kafkajs some seconds. */
const bareRecords: Readonly<Record<Size, number>> = { tiny: 1_000, short: 200_000, whole: 600_000 };

/** The real producer as fast as it can, nobody consuming. `simulated`: what its simulator could make; asked for more, it would choke. */
async function produceCeiling(bench: Bench, simulated: number, seconds: number): Promise<number> {
  const topic = await BenchTopic.make(bench.services, 'ceiling');
  const producer = bench.programs.start('producer/main.ts', producerEnv(topic, Math.round(simulated)));
  /** Waits so long at least, and until more events are written; heartbeats come once a second. */
  const writtenAfter = async (atLeastMs: number, before: number): Promise<number> => {
    await sleep(atLeastMs);
    for (;;) {
      producer.requireAlive();
      const written = await topic.written();
      if (written > before + 2 * partitions) return written;
      await sleep(50);
    }
  };
  const from = await writtenAfter(seconds * 500, 0);
  const fromMs = performance.now();
  const to = await writtenAfter(seconds * 1_000, from);
  const rate = ((to - from) * 1_000) / (performance.now() - fromMs);
  await producer.stop();
  await topic.remove();
  return rate;
}

export async function measureEndToEnd(bench: Bench, { events, runs, size }: Scale): Promise<Measurement> {
  const seconds = trialSeconds[size];
  const rateMax = Math.floor(events / seconds);
  const ceilingSeconds = Math.min(3, seconds / 2);
  const question: SimulateQuestion = { seconds: ceilingSeconds, eventsPerSecond: 50_000 };
  const simulated = await bench.programs.ask<SimulateQuestion, number>('bench/inside/simulate.ts', question);
  const produced = await produceCeiling(bench, simulated, ceilingSeconds);
  const bare = await writeAndReadBarely(bench, Math.min(events, bareRecords[size]));
  // A tiny run only shows that it works: whether a busy machine holds a rate must not decide a test.
  const isHeldAsked = size !== 'tiny';
  const found = isHeldAsked
    ? await searchRate((asked) => runTrial(bench, asked, seconds, false), rateMax, bench.say)
    : rateMax;
  const { rate, trials } = await confirmRate(found, isHeldAsked, runs, (asked) =>
    runTrial(bench, asked, seconds, true),
  );
  const heldRuns = trials.filter(({ isHeld }) => isHeld).length;
  return {
    conditions: [
      `asked for ${rate.toLocaleString('en')} events/s over ${seconds} s: held in ${heldRuns} of ${runs}`,
      `median page view ${simulatedViewBytes(rate)} bytes`,
      `${partitions} partitions, batches of at most ${batchSettings.batchSize.toLocaleString('en')} records, one event source`,
    ],
    figures: [
      ...figuresOf(trials, [
        ['rate', 'counted at that rate', 'events/s'],
        ['producerUs', 'producer CPU', 'us/event'],
        ['clientUs', 'event source CPU', 'us/event'],
        ['kafkaUs', 'Kafka CPU', 'us/event'],
        ['redisUs', 'Redis CPU', 'us/event'],
        ['allUs', 'all four', 'us/event'],
      ]),
      { name: 'ceiling: simulator alone', unit: 'events/s', values: [simulated] },
      { name: 'ceiling: simulator and produce', unit: 'events/s', values: [produced] },
      { name: 'ceiling: kafkajs writes and reads, no work', unit: 'events/s', values: [bare.both] },
      { name: 'kafkajs writes, no work, CPU', unit: 'us/event', values: [bare.writerCpuUs] },
      { name: 'kafkajs reads, no work, CPU', unit: 'us/event', values: [bare.readerCpuUs] },
    ],
    audited: sumCells(trials.flatMap(({ audited }) => audited ?? [])),
  };
}
