/** Sends a file's events in order, each when it is due, and counts every line. */
import { setTimeout as sleep } from 'node:timers/promises';
import { visitorPartition } from '../../pipeline/core/partition';
import type { BatchSender, OutgoingRecord } from '../../pipeline/stream/acknowledged-batch';
import type { MapLine } from './line-mapper';
import type { ReplayedEvent } from './line-outcome';
import type { Tally } from './tally';

export interface LineSending {
  readonly lines: AsyncIterable<string>;
  /** Lines of the file when it was looked at: a server may still be writing to it, and the plan knows nothing of what comes. */
  readonly linesMax: number;
  readonly mapLine: MapLine;
  readonly dueMs: (timeMs: number) => number;
  readonly sender: BatchSender;
  readonly partitions: number;
  readonly tally: Tally;
  /** Ends the replay after what is under way. */
  readonly stop: AbortSignal;
  readonly onProgress: (lines: number) => void;
}

/** About half a megabyte of events in a request; kafkajs is cheapest near this size. */
const batchRecordsMax = 1_000;
/** Lines due within so little are sent together. */
const togetherMs = 20;

function outgoing({ siteId, anonymousId, value }: ReplayedEvent, partitions: number): OutgoingRecord {
  const partition = visitorPartition(siteId, anonymousId, partitions);
  return { key: `${siteId}:${anonymousId}`, value, partition };
}

/** Resolves when every event that the tally counts is acknowledged. Rejects with SendAbandonedError. */
export async function sendLines(sending: LineSending): Promise<void> {
  const { lines, linesMax, mapLine, dueMs, sender, partitions, tally, stop, onProgress } = sending;
  let batch: OutgoingRecord[] = [];
  const flush = async (): Promise<void> => {
    await sender.send(batch);
    batch = [];
    onProgress(tally.lines);
  };

  for await (const line of lines) {
    if (tally.lines === linesMax) break;
    const outcome = mapLine(line, tally.lines + 1);
    if (outcome.kind === 'sent') {
      const waitMs = dueMs(outcome.timeMs) - Date.now();
      if (waitMs > togetherMs) {
        await flush();
        await sleepUntil(waitMs, stop);
      }
    }
    if (stop.aborted) break;
    tally.count(outcome);
    if (outcome.kind === 'sent') batch.push(outgoing(outcome.event, partitions));
    if (batch.length >= batchRecordsMax) await flush();
  }
  await flush();
}

/** A timer of Node's holds at most so much; a longer pause is slept in parts. */
const timerMsMax = 0x7fff_ffff;

async function sleepUntil(waitMs: number, stop: AbortSignal): Promise<void> {
  const untilMs = Date.now() + waitMs;
  while (!stop.aborted && Date.now() < untilMs) {
    await sleep(Math.min(untilMs - Date.now(), timerMsMax), undefined, { signal: stop }).catch(
      (error: Error) => {
        if (error.name !== 'AbortError') throw error;
      },
    );
  }
}
