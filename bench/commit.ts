/** `commit`: what a full batch costs Redis, and how many bytes travel to it. */
import { randomBytes } from 'node:crypto';
import { deleteKeys } from './bench-topic';
import type { Bench, Measurement, Scale } from './benchmark';
import { figuresOf } from './figures';
import type { CommitAnswer, CommitQuestion } from './inside/commit';

export async function measureCommit(bench: Bench, { events, runs }: Scale): Promise<Measurement> {
  const { redisUrl, redis } = bench.services;
  const answers: CommitAnswer[] = [];
  for (let run = 0; run < runs; run += 1) {
    const topic = `bench-commit-${randomBytes(4).toString('hex')}`;
    const question: CommitQuestion = { redisUrl, topic, events };
    answers.push(await bench.programs.ask<CommitQuestion, CommitAnswer>('bench/inside/commit.ts', question));
    await deleteKeys(redis, `{${topic}*`);
  }
  return {
    conditions: [
      `batches of ${Math.min(events, 10_000).toLocaleString('en')} records, one partition`,
      `${events.toLocaleString('en')} records into a new shard`,
    ],
    figures: figuresOf(answers, [
      ['commitUs', 'Redis CPU of the commits', 'us/event'],
      ['lookUpUs', 'Redis CPU of the look-ups', 'us/event'],
      ['commitBytes', 'sent for commits', 'bytes/event'],
      ['lookUpBytes', 'sent for look-ups', 'bytes/event'],
      ['commitMs', 'Redis busy with one commit', 'ms'],
      ['commitsPerBatch', 'commits of a batch', 'commits/batch'],
      ['viewBytes', 'median page view', 'bytes'],
    ]),
    audited: undefined,
  };
}
