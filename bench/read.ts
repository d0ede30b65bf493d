/** `read`: what a snapshot costs the dashboard's process, from the question to the text of the answer. */
import { randomBytes } from 'node:crypto';
import { deleteKeys } from './bench-topic';
import type { Bench, Measurement, Scale, Size } from './benchmark';
import { type Figure, percentile, type Unit } from './figures';
import type { ReadQuestion, WindowReads } from './inside/read';
import type { ReadLargeAnswer, ReadLargeQuestion } from './inside/read-large';
import type { ReadSample } from './inside/read-once';

const readsOfSize: Readonly<Record<Size, number>> = { tiny: 2, short: 60, whole: 200 };
const viewersOfSize: Readonly<Record<Size, number>> = { tiny: 20, short: 1_000, whole: 1_000 };

function of(samples: readonly ReadSample[], key: keyof ReadSample, share: number): number {
  return percentile(
    samples.map((sample) => sample[key]),
    share,
  );
}

function largeFigures(runs: readonly ReadLargeAnswer[], viewers: number): Figure[] {
  const name = '64 shards, 30m';
  const figure = (what: string, unit: Unit, value: (run: ReadLargeAnswer) => number): Figure => ({
    name: `${name} ${what}`,
    unit,
    values: runs.map(value),
  });
  return [
    figure('warm p50', 'ms', ({ warm }) => of(warm, 'wallMs', 0.5)),
    figure('warm p99', 'ms', ({ warm }) => of(warm, 'wallMs', 0.99)),
    figure('warm CPU p50', 'ms', ({ warm }) => of(warm, 'cpuMs', 0.5)),
    figure('warm commands of Redis', 'commands', ({ warm }) => of(warm, 'commands', 0.5)),
    figure('gzipped', 'bytes', ({ gzipBytes }) => gzipBytes),
    figure('not modified (304) p50', 'ms', ({ notModified }) => of(notModified, 'wallMs', 0.5)),
    figure('commands a second, 4 viewers', 'commands', ({ commandsOfFew }) => commandsOfFew),
    figure(
      `commands a second, ${viewers.toLocaleString('en')} viewers`,
      'commands',
      ({ commandsOfMany }) => commandsOfMany,
    ),
  ];
}

function figuresOfWindow(runs: readonly WindowReads[]): Figure[] {
  const window = runs[0]?.window;
  const figures: Figure[] = [];
  for (const state of ['cold', 'warm'] as const) {
    for (const [key, what, share] of [
      ['wallMs', 'p50', 0.5],
      ['wallMs', 'p99', 0.99],
      ['cpuMs', 'CPU p50', 0.5],
      ['cpuMs', 'CPU p99', 0.99],
    ] as const) {
      figures.push({
        name: `${window} ${state} ${what}`,
        unit: 'ms',
        values: runs.map((run) => of(run[state], key, share)),
      });
    }
  }
  for (const [key, what, unit] of [
    ['commands', 'commands of Redis', 'commands'],
    ['answeredBytes', 'answered by Redis', 'bytes'],
  ] as const) {
    const values = runs.map(({ warm }) => of(warm, key, 0.5));
    figures.push({ name: `${window} warm ${what}`, unit, values });
  }
  figures.push({ name: `${window} gzipped`, unit: 'bytes', values: runs.map(({ gzipBytes }) => gzipBytes) });
  return figures;
}

export async function measureRead(bench: Bench, { events, runs, size }: Scale): Promise<Measurement> {
  const { redisUrl, redis } = bench.services;
  const reads = readsOfSize[size];
  const viewers = viewersOfSize[size];
  const answers: (readonly WindowReads[])[] = [];
  const largeAnswers: ReadLargeAnswer[] = [];
  for (let run = 0; run < runs; run += 1) {
    const topic = `bench-read-${randomBytes(4).toString('hex')}`;
    const question: ReadQuestion = { redisUrl, topic, events, reads };
    answers.push(
      await bench.programs.ask<ReadQuestion, readonly WindowReads[]>('bench/inside/read.ts', question),
    );
    await deleteKeys(redis, `{${topic}*`);
    const large: ReadLargeQuestion = { redisUrl, topic, events, reads, viewers };
    largeAnswers.push(
      await bench.programs.ask<ReadLargeQuestion, ReadLargeAnswer>('bench/inside/read-large.ts', large),
    );
    await deleteKeys(redis, `{${topic}*`);
  }
  const windows = answers[0] ?? [];
  return {
    conditions: [
      `8 shards, ${events.toLocaleString('en')} records over 30 days, half of them in the last 30 minutes`,
      `${reads} snapshots of each window, cold (nothing read before) and warm (one a second, all shards written to between)`,
      `64 shards: ${events.toLocaleString('en')} records over a day, two thirds of them in the last 35 minutes, on 100,000 pages`,
    ],
    figures: [
      ...windows.flatMap((_, i) => figuresOfWindow(answers.map((ofRun) => ofRun[i] as WindowReads))),
      ...largeFigures(largeAnswers, viewers),
    ],
    audited: undefined,
  };
}
