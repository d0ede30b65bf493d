/** `commit`: what a full batch costs Redis, and how many bytes travel to it. */
import { randomBytes } from 'node:crypto';
import { deleteKeys } from './bench-topic';
import type { Bench, Measurement, Scale } from './benchmark';
import { figuresOf } from './figures';
import { batchRecords, smallBatches } from './inside/batches';
import type { CommitAnswer, CommitQuestion } from './inside/commit';

/** Of the small ones: enough to tell, since each is asked about by itself. */
const batchesMax = 200;

async function commitOnce(bench: Bench, size: Omit<CommitQuestion, 'redisUrl' | 'topic'>) {
  const { redisUrl, redis } = bench.services;
  const topic = `bench-commit-${randomBytes(4).toString('hex')}`;
  const question: CommitQuestion = { redisUrl, topic, ...size };
  const answer = await bench.programs.ask<CommitQuestion, CommitAnswer>('bench/inside/commit.ts', question);
  await deleteKeys(redis, `{${topic}*`);
  return answer;
}

export async function measureCommit(bench: Bench, { events, runs }: Scale): Promise<Measurement> {
  const full: CommitAnswer[] = [];
  const small = smallBatches.map((records) => ({ records, answers: [] as CommitAnswer[] }));
  for (let run = 0; run < runs; run += 1) {
    full.push(await commitOnce(bench, { events, batchRecords }));
    for (const { records, answers } of small) {
      const size = { events: Math.min(events, batchesMax * records), batchRecords: records };
      answers.push(await commitOnce(bench, size));
    }
  }
  return {
    conditions: [
      `batches of ${Math.min(events, 10_000).toLocaleString('en')} records, one partition`,
      `${events.toLocaleString('en')} records into a new shard`,
    ],
    figures: [
      ...figuresOf(full, [
        ['commitUs', 'Redis CPU of the commits', 'us/event'],
        ['lookUpUs', 'Redis CPU of the look-ups', 'us/event'],
        ['commitBytes', 'sent for commits', 'bytes/event'],
        ['lookUpBytes', 'sent for look-ups', 'bytes/event'],
        ['commitMs', 'Redis busy with one commit', 'ms'],
        ['commitsPerBatch', 'commits of a batch', 'commits/batch'],
        ['viewBytes', 'median page view', 'bytes'],
      ]),
      ...small.flatMap(({ records, answers }) =>
        figuresOf(answers, [
          ['commitUs', `Redis CPU of the commits, batches of ${records}`, 'us/event'],
          ['lookUpUs', `Redis CPU of the look-ups, batches of ${records}`, 'us/event'],
          ['commitBytes', `sent for commits, batches of ${records}`, 'bytes/event'],
          ['lookUpBytes', `sent for look-ups, batches of ${records}`, 'bytes/event'],
        ]),
      ),
    ],
    audited: undefined,
  };
}
