/**
 * What can happen in a history, one step each. An operation holds all that was drawn for it and means something in every state, or does
 * nothing there: so any part of a history is a history, and a failing one can be made shorter by leaving operations out.
 *
 * `pick`: a number that is taken modulo what there is to choose from when the operation runs.
 */
import type { DrawnRecord } from './drawn-record';
import type { StepEnd } from './task';

export interface DrawnWrite {
  /** How far log time goes on before it, ms. */
  readonly stepMs: number;
  readonly record: DrawnRecord;
  /** Where the record lies: in the partition of its key, or wherever a producer without keys puts it. */
  readonly placedBy: 'key' | number;
}

export type Operation =
  | { readonly kind: 'produce'; readonly writes: readonly DrawnWrite[] }
  /** A record that is there already is written once more, with its messageId and its times. */
  | { readonly kind: 'resend'; readonly pick: number; readonly elsewhere: boolean }
  | { readonly kind: 'holes'; readonly pick: number; readonly count: number }
  /** Log time jumps; nothing is written. */
  | { readonly kind: 'advance'; readonly ms: number }
  /** The wall clock of all programs is this far ahead of log time, ms. */
  | { readonly kind: 'wall clock'; readonly aheadMs: number }
  /** The next batch of a partition, counted to its end. `size`: records. */
  | { readonly kind: 'deliver'; readonly pick: number; readonly size: number }
  /** One event with the next batch of every partition, the last partition first where `reversed`. */
  | { readonly kind: 'deliver all'; readonly size: number; readonly reversed: boolean }
  /** What was delivered before, once more. */
  | { readonly kind: 'duplicate'; readonly pick: number; readonly back: number; readonly size: number }
  /** A batch that begins with records which were delivered before. */
  | { readonly kind: 'overlap'; readonly pick: number; readonly back: number; readonly size: number }
  /** The next batch in pieces, the last first where `reversed`. */
  | {
      readonly kind: 'split';
      readonly pick: number;
      readonly size: number;
      readonly pieces: number;
      readonly reversed: boolean;
    }
  /** The next batch fails and is halved until it passes. */
  | { readonly kind: 'bisect'; readonly pick: number; readonly size: number }
  /** The next batch is given up: the group goes on behind it, and nobody delivers it any more. */
  | { readonly kind: 'give up'; readonly pick: number; readonly size: number }
  /** An invocation begins and is held up at its first call. `ahead`: with what follows the batches that are under way. */
  | { readonly kind: 'begin'; readonly pick: number; readonly size: number; readonly ahead: boolean }
  /** The batch of an invocation that is still running is delivered once more, to another process. */
  | { readonly kind: 'late twin'; readonly pick: number }
  | { readonly kind: 'begin repair'; readonly partition: number | undefined }
  /** So many calls of one program are let through; the last one ends so. */
  | { readonly kind: 'step'; readonly pick: number; readonly steps: number; readonly end: StepEnd }
  | { readonly kind: 'finish'; readonly pick: number }
  | { readonly kind: 'repair' }
  /** A shard is counted anew from the log, to the end. */
  | { readonly kind: 'rebuild'; readonly pick: number }
  /** The same of a shard, or of all, held up at its first call; goes on with what one that died has left. */
  | { readonly kind: 'begin rebuild'; readonly partition: number | undefined }
  | { readonly kind: 'flush scripts' }
  /** `pick` undefined: of the whole store. */
  | { readonly kind: 'fail over'; readonly pick: number | undefined; readonly lostCommits: number }
  | { readonly kind: 'break off'; readonly atWrite: number }
  | { readonly kind: 'out of memory' }
  /** The log's head goes, up to this share of what is there, in hundredths. */
  | { readonly kind: 'retention'; readonly pick: number; readonly share: number }
  | { readonly kind: 'grow'; readonly partitions: number };

export type OperationKind = Operation['kind'];

function duration(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const;
  const found = units.find(([, length]) => ms !== 0 && ms % length === 0);
  return found === undefined ? `${ms} ms` : `${ms / found[1]} ${found[0]}`;
}

function describeRecord(record: DrawnRecord): string {
  switch (record.kind) {
    case 'heartbeat':
      return 'heartbeat';
    case 'broken':
      return `broken: ${record.as}`;
    case 'demo':
      return `demo ${record.visitor} ${record.what}`;
    case 'summary':
      return `edge: ${record.count} ${record.reason}, ${record.messageId}`;
    default: {
      const { kind, site, visitor, messageId, what, ageMs, receivedAgoMs, isBot } = record;
      const labels = [
        record.referrer,
        record.browser,
        record.device,
        record.os,
        record.country,
        record.source,
        record.channel,
        record.props === undefined ? undefined : JSON.stringify(record.props),
        record.revenue,
        kind === 'engagement' ? `${record.engagedMs} ms engaged, ${record.scrolled} scrolled` : undefined,
      ]
        .concat(record.campaign)
        .filter((label) => label !== undefined);
      const received = receivedAgoMs === undefined ? '' : `, received ${duration(receivedAgoMs)} before`;
      const who = `${isBot ? 'bot ' : ''}${visitor} at ${site}`;
      return `${kind} ${what} by ${who}, ${messageId}, ${duration(ageMs)} old${received} ${labels.join(' ')}`.trim();
    }
  }
}

function describeWrite({ stepMs, record, placedBy }: DrawnWrite): string {
  const where = placedBy === 'key' ? '' : ` -> partition ${placedBy}`;
  return `+${duration(stepMs)} ${describeRecord(record)}${where}`;
}

/** For a person: one line, or one for each record. */
export function describeOperation(operation: Operation): string {
  if (operation.kind === 'produce') {
    return operation.writes.map((write) => `produce ${describeWrite(write)}`).join('\n');
  }
  const { kind, ...drawn } = operation;
  const fields = Object.entries(drawn).map(([name, value]) => {
    return /Ms$|^ms$/.test(name) ? `${name} ${duration(value as number)}` : `${name} ${value ?? 'all'}`;
  });
  return [kind, ...fields].join(' · ');
}
