/**
 * Makes a failing history as short as it gets: parts of it are left out as long as it still fails (delta debugging, Zeller and Hildebrandt
 * 2002), at last single operations, records and labels. Any part of a history is a history (operation.ts), so nothing has to be mended.
 */
import type { History } from './draw-history';
import type { DrawnWrite, Operation } from './operation';

/** Tells whether the history still fails. */
export type StillFails = (history: History) => Promise<boolean>;

/** Histories that are played for it at most. */
const playedMax = 1_500;

class Shortening {
  private played = 0;

  constructor(
    private history: History,
    private readonly stillFails: StillFails,
  ) {}

  async shorten(): Promise<History> {
    await this.take(this.history.operations.flatMap(singleWrites));
    for (let before = Number.POSITIVE_INFINITY; before > this.size && this.played < playedMax; ) {
      before = this.size;
      await this.leaveOut();
      await this.simplify();
    }
    return this.history;
  }

  private get size(): number {
    return JSON.stringify(this.history.operations).length;
  }

  /** Leaves out chunks: halves first, then ever smaller ones down to single operations. */
  private async leaveOut(): Promise<void> {
    let chunk = Math.ceil(this.history.operations.length / 2);
    for (;;) {
      // From the end, since what comes last matters least to what has gone wrong by then.
      for (let end = this.history.operations.length; end > 0; end -= chunk) {
        const { operations } = this.history;
        const from = Math.max(0, end - chunk);
        await this.take([...operations.slice(0, from), ...operations.slice(end)]);
      }
      if (chunk === 1) return;
      chunk = Math.ceil(chunk / 2);
    }
  }

  private async simplify(): Promise<void> {
    for (let at = 0; at < this.history.operations.length; at++) while (await this.simplifyOne(at));
  }

  private async simplifyOne(at: number): Promise<boolean> {
    const { operations } = this.history;
    for (const simpler of simplerThan(operations[at] as Operation))
      if (await this.take(operations.with(at, simpler))) return true;
    return false;
  }

  /** These instead, if it still fails with them. */
  private async take(operations: readonly Operation[]): Promise<boolean> {
    if (this.played >= playedMax || isEqual(operations, this.history.operations)) return false;
    this.played++;
    const candidate = { ...this.history, operations };
    const fails = await this.stillFails(candidate);
    if (fails) this.history = candidate;
    return fails;
  }
}

function isEqual(a: readonly Operation[], b: readonly Operation[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function singleWrites(operation: Operation): Operation[] {
  if (operation.kind !== 'produce') return [operation];
  return operation.writes.map((write) => ({ kind: 'produce', writes: [write] }));
}

const plainRecord = { ageMs: 0, receivedAgoMs: undefined, isBot: false };
const noLabels = {
  referrer: undefined,
  browser: undefined,
  device: undefined,
  os: undefined,
  country: undefined,
  source: undefined,
  campaign: undefined,
  channel: undefined,
  props: undefined,
  revenue: undefined,
};

function simplerWrites(write: DrawnWrite): DrawnWrite[] {
  const { record } = write;
  const simpler: DrawnWrite[] = [];
  if (write.stepMs !== 0) simpler.push({ ...write, stepMs: 0 });
  if (write.placedBy !== 'key') simpler.push({ ...write, placedBy: 'key' });
  if (record.kind !== 'heartbeat') simpler.push({ ...write, record: { kind: 'heartbeat' } });
  if (record.kind === 'page' || record.kind === 'track' || record.kind === 'engagement') {
    simpler.push(
      { ...write, record: { ...record, ...noLabels } },
      { ...write, record: { ...record, ...plainRecord } },
    );
  }
  return simpler;
}

function simplerThan(operation: Operation): Operation[] {
  if (operation.kind === 'produce') {
    const [write] = operation.writes;
    return write === undefined
      ? []
      : simplerWrites(write).map((simpler) => ({ kind: 'produce', writes: [simpler] }));
  }
  const simpler: Operation[] = [];
  if ('size' in operation && operation.size > 1) simpler.push({ ...operation, size: 1 });
  if ('back' in operation && operation.back > 1) simpler.push({ ...operation, back: 1 });
  if ('lostCommits' in operation && operation.lostCommits > 1) simpler.push({ ...operation, lostCommits: 1 });
  if ('pick' in operation && operation.pick !== undefined && operation.pick > 11)
    // Of one, two, three or four there is to choose from, it is the same one.
    simpler.push({ ...operation, pick: operation.pick % 12 });
  if (operation.kind === 'step' && operation.steps > 1)
    simpler.push({ ...operation, steps: operation.steps - 1 });
  if (operation.kind === 'step' && operation.end !== 'answered')
    simpler.push({ ...operation, end: 'answered' });
  return simpler;
}

export function shorten(history: History, stillFails: StillFails): Promise<History> {
  return new Shortening(history, stillFails).shorten();
}
