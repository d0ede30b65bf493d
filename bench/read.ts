/** `read`: what a snapshot costs the dashboard's process, from the question to the text of the answer. */
import { randomBytes } from 'node:crypto';
import { deleteKeys } from './bench-topic';
import type { Bench, Measurement, Scale, Size } from './benchmark';
import { type Figure, percentile } from './figures';
import type { ReadQuestion, ReadSample, WindowReads } from './inside/read';

const readsOfSize: Readonly<Record<Size, number>> = { tiny: 3, short: 60, whole: 200 };

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
      const of = (samples: readonly ReadSample[]): number =>
        percentile(
          samples.map((sample) => sample[key]),
          share,
        );
      figures.push({
        name: `${window} ${state} ${what}`,
        unit: 'ms',
        values: runs.map((run) => of(run[state])),
      });
    }
  }
  for (const [key, what, unit] of [
    ['commands', 'commands of Redis', 'commands'],
    ['answeredBytes', 'answered by Redis', 'bytes'],
  ] as const) {
    const values = runs.map(({ warm }) =>
      percentile(
        warm.map((sample) => sample[key]),
        0.5,
      ),
    );
    figures.push({ name: `${window} warm ${what}`, unit, values });
  }
  figures.push({ name: `${window} gzipped`, unit: 'bytes', values: runs.map(({ gzipBytes }) => gzipBytes) });
  return figures;
}

export async function measureRead(bench: Bench, { events, runs, size }: Scale): Promise<Measurement> {
  const { redisUrl, redis } = bench.services;
  const reads = readsOfSize[size];
  const answers: (readonly WindowReads[])[] = [];
  for (let run = 0; run < runs; run += 1) {
    const topic = `bench-read-${randomBytes(4).toString('hex')}`;
    const question: ReadQuestion = { redisUrl, topic, events, reads };
    answers.push(
      await bench.programs.ask<ReadQuestion, readonly WindowReads[]>('bench/inside/read.ts', question),
    );
    await deleteKeys(redis, `{${topic}*`);
  }
  const windows = answers[0] ?? [];
  return {
    conditions: [
      `8 shards, ${events.toLocaleString('en')} records over 30 days, half of them in the last 30 minutes`,
      `${reads} snapshots of each window, cold (nothing read before) and warm (one a second, all shards written to between)`,
    ],
    figures: windows.flatMap((_, i) => figuresOfWindow(answers.map((of) => of[i] as WindowReads))),
    audited: undefined,
  };
}
