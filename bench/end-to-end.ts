/** `end-to-end`: everything on this machine, producer included, at the highest rate that lag does not grow at. */
import { availableParallelism } from 'node:os';
import { BenchTopic, batchSettings, partitions } from './bench-topic';
import {
  type Bench,
  BenchError,
  type Measurement,
  type Scale,
  type Size,
  sleep,
  sumCells,
} from './benchmark';
import { figuresOf } from './figures';
import type { SimulateQuestion } from './inside/simulate';
import { simulatedViewBytes } from './simulated-log';
import { maxRateOfProducer, producerEnv, runTrial, type Trial } from './trial';

const trialSeconds: Readonly<Record<Size, number>> = { tiny: 1.5, short: 5, whole: 15 };
/** Where the search begins: a rate that any machine holds; what it costs there says where the limit must be. */
const firstRate = 5_000;
/** Of the processors; the rest is for the system, and for what does not run side by side. */
const firstGuessShare = 0.85;
const stepUp = 1.12;
const stepDown = 0.88;
const stepsMax = 8;

/** The highest rate that was held. Climbs from a guess while it holds, or else falls until it does. */
async function searchRate(
  tryRate: (rate: number) => Promise<Trial>,
  rateMax: number,
  say: (line: string) => void,
): Promise<number> {
  const attempt = async (rate: number): Promise<Trial> => {
    const trial = await tryRate(rate);
    const { isHeld, lagGrowth } = trial;
    say(
      `end-to-end: ${rate} events/s ${isHeld ? 'held' : 'not held'} (lag grew by ${Math.round(lagGrowth)} records)`,
    );
    return trial;
  };
  const first = await attempt(Math.min(firstRate, rateMax));
  const limit = first.allUs === undefined ? firstRate * 2 : (availableParallelism() * 1e6) / first.allUs;
  let rate = Math.min(rateMax, Math.round(limit * firstGuessShare));
  let held = first.isHeld ? first.asked : undefined;
  let wasHeld: boolean | undefined;
  for (let step = 0; step < stepsMax && rate !== held; step += 1) {
    const { isHeld } = await attempt(rate);
    if (isHeld) held = rate;
    // Between a rate that held and the next one that did not lies the answer.
    if (wasHeld !== undefined && wasHeld !== isHeld) break;
    wasHeld = isHeld;
    rate = Math.min(rateMax, Math.round(rate * (isHeld ? stepUp : stepDown)));
  }
  if (held === undefined) throw new BenchError(`end-to-end: not even ${rate} events a second were held`);
  return held;
}

/** The real producer as fast as it can, nobody consuming. */
async function produceCeiling(bench: Bench, seconds: number): Promise<number> {
  const topic = await BenchTopic.make(bench.services, 'ceiling');
  const producer = bench.programs.start('producer/main.ts', producerEnv(topic, maxRateOfProducer));
  while ((await topic.written()) <= partitions) {
    producer.requireAlive();
    await sleep(50);
  }
  await sleep(seconds * 200);
  const [from, fromMs] = [await topic.written(), performance.now()];
  await sleep(seconds * 1_000);
  const rate = (((await topic.written()) - from) * 1_000) / (performance.now() - fromMs);
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
  const produced = await produceCeiling(bench, ceilingSeconds);
  const rate = await searchRate((asked) => runTrial(bench, asked, seconds, false), rateMax, bench.say);
  const trials: Awaited<ReturnType<typeof runTrial>>[] = [];
  for (let run = 0; run < runs; run += 1) trials.push(await runTrial(bench, rate, seconds, true));
  const heldRuns = trials.filter(({ isHeld }) => isHeld).length;
  return {
    conditions: [
      `asked for ${rate.toLocaleString('en')} events/s over ${seconds} s: held in ${heldRuns} of ${runs}`,
      `median page view ${simulatedViewBytes(rate)} bytes`,
      `${partitions} partitions, batches of at most ${batchSettings.batchSize.toLocaleString('en')} records, one event source`,
    ],
    figures: [
      ...figuresOf(trials, [
        ['rate', 'counted while lag did not grow', 'events/s'],
        ['producerUs', 'producer CPU', 'us/event'],
        ['clientUs', 'event source CPU', 'us/event'],
        ['kafkaUs', 'Kafka CPU', 'us/event'],
        ['redisUs', 'Redis CPU', 'us/event'],
        ['allUs', 'all four', 'us/event'],
      ]),
      { name: 'ceiling: simulator alone', unit: 'events/s', values: [simulated] },
      { name: 'ceiling: simulator and produce', unit: 'events/s', values: [produced] },
    ],
    audited: sumCells(trials.flatMap(({ audited }) => audited ?? [])),
  };
}
