/** `commit`: what a full batch costs Redis, and how many bytes travel to it. */
import { randomBytes } from 'node:crypto';
import { deleteKeys } from './bench-topic';
import type { Bench, Measurement, Scale } from './benchmark';
import { figuresOf } from './figures';
import { batchRecords, smallBatchRecords } from './inside/batches';
import type { CommitAnswer, CommitQuestion } from './inside/commit';

/** Records in small batches: enough to tell, since each is asked about by itself. */
const smallEventsMax = 20_000;

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
  const small: CommitAnswer[] = [];
  for (let run = 0; run < runs; run += 1) {
    full.push(await commitOnce(bench, { events, batchRecords }));
    small.push(
      await commitOnce(bench, {
        events: Math.min(events, smallEventsMax),
        batchRecords: smallBatchRecords,
      }),
    );
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
      ...figuresOf(small, [
        ['commitUs', `Redis CPU of the commits, batches of ${smallBatchRecords}`, 'us/event'],
        ['lookUpUs', `Redis CPU of the look-ups, batches of ${smallBatchRecords}`, 'us/event'],
        ['commitBytes', `sent for commits, batches of ${smallBatchRecords}`, 'bytes/event'],
      ]),
    ],
    audited: undefined,
  };
}
