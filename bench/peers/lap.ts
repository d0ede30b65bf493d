/** One lap: a contestant in fresh processes counts the topic from its beginning, until every cell of its answer is right. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { partitions } from '../bench-topic';
import { type Bench, BenchError, sleep } from '../benchmark';
import { foreignShare, sampleLoad } from '../foreign-load';
import type { RunningProgram } from '../programs';
import { perEventUs, type SpentTime, spentSince, spentTime } from '../spent-time';
import { compareAnswers, type Verdict } from './answer';
import type { Contestant, Start } from './contestants';
import { contestantEnv, deleteTopics, type PeersTopic } from './peers-topic';
import { type AnswerReader, ourAnswers, peerAnswers } from './read-answer';

export interface Lap {
  readonly rate: number;
  readonly steadyRate: number | undefined;
  readonly firstResultMs: number;
  readonly clientUs: number | undefined;
  readonly steadyClientUs: number | undefined;
  readonly kafkaUs: number | undefined;
  readonly redisUs: number | undefined;
  readonly allUs: number | undefined;
  readonly memoryMiB: number | undefined;
  /** Others' share of the processors meanwhile, percent. */
  readonly foreignPercent: number | undefined;
  readonly verdict: Verdict;
}

const pollMs = 20;
const stuckAfterMs = 90_000;
/** All events are counted, but cells may still be on their way; what is not right by then is wrong. */
const rightWithinMs = 8_000;
/** What comes after all was right spoils it, too. */
const settleMs = 500;
/** As in `drain`: start-up and most of the compilers' work are over, and it must be long enough for /proc's clock. */
const steadyFrom = 0.25;
const steadyMsMin = 500;

/** A contestant that has what it needs, its processes and its place for state. */
export interface Entrant {
  readonly contestant: Contestant;
  readonly start: Start;
}

/** One attempt of an entrant at the topic: the same group and state however often its processes are killed. */
export class Attempt {
  readonly reader: AnswerReader;
  private readonly group: string;
  private readonly stateFolder: string;

  constructor(
    private readonly bench: Bench,
    private readonly topic: PeersTopic,
    private readonly entrant: Entrant,
  ) {
    const { services } = bench;
    this.group = `${topic.name}-${randomBytes(4).toString('hex')}`;
    this.stateFolder = join(services.folder, 'peers', this.group);
    this.reader = entrant.contestant.isOurs
      ? ourAnswers(services.redis, topic.name, partitions)
      : peerAnswers(services.redis);
  }

  async prepare(): Promise<void> {
    mkdirSync(this.stateFolder, { recursive: true });
    await this.reader.forget();
  }

  startProcesses(): readonly RunningProgram[] {
    const { services, programs } = this.bench;
    const { contestant, start } = this.entrant;
    const env = contestantEnv(services, this.topic.name, this.group, this.stateFolder);
    return Array.from({ length: contestant.processes }, (_, i) =>
      start(programs, `${contestant.name}-${i}`, env),
    );
  }

  async judge(): Promise<Verdict> {
    const { right } = this.topic;
    return compareAnswers(right, await this.reader.read([...right.minutes.keys()]));
  }

  async clear(): Promise<void> {
    await this.reader.forget();
    await deleteTopics(this.bench.services, `${this.group}-`);
    rmSync(this.stateFolder, { recursive: true, force: true });
  }
}

interface Moment {
  readonly atMs: number;
  readonly counted: number;
  readonly spent: SpentTime;
}

interface Watched {
  readonly firstAtMs: number;
  readonly quarter: Moment | undefined;
  readonly end: Moment;
}

/** Watches until the answer is right, or will not become so. */
async function watch(
  bench: Bench,
  attempt: Attempt,
  topic: PeersTopic,
  programs: readonly RunningProgram[],
): Promise<Watched> {
  const { services } = bench;
  let firstAtMs: number | undefined;
  let quarter: Moment | undefined;
  let wholeAtMs: number | undefined;
  let [counted, movedAtMs] = [0, performance.now()];
  for (;;) {
    await sleep(pollMs);
    for (const program of programs) program.requireAlive();
    const now = await attempt.reader.counted();
    const atMs = performance.now();
    if (now !== counted) [counted, movedAtMs] = [now, atMs];
    if (atMs - movedAtMs > stuckAfterMs)
      throw new BenchError(`peers: stands still at ${now} of ${topic.events} events`);
    if (counted > 0) firstAtMs ??= atMs;
    if (counted >= topic.events * steadyFrom && counted < topic.events)
      quarter ??= { atMs, counted, spent: await spentTime(services, ...programs) };
    if (counted < topic.events) continue;
    wholeAtMs ??= atMs;
    // Taken before the cells are read: reading them is not the contestant's work.
    const end = { atMs, counted, spent: await spentTime(services, ...programs) };
    const { differing } = await attempt.judge();
    if (differing === 0 || atMs - wholeAtMs > rightWithinMs)
      return { firstAtMs: firstAtMs ?? atMs, quarter, end };
  }
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (total, value) => (total === undefined || value === undefined ? undefined : total + value),
    0,
  );
}

export async function runLap(bench: Bench, topic: PeersTopic, entrant: Entrant): Promise<Lap> {
  const { services } = bench;
  const { events } = topic;
  const attempt = new Attempt(bench, topic, entrant);
  await attempt.prepare();
  const loadBefore = sampleLoad();
  const before = await spentTime(services);
  const fromMs = performance.now();
  const programs = attempt.startProcesses();
  const { firstAtMs, quarter, end } = await watch(bench, attempt, topic, programs);
  const foreign = foreignShare(loadBefore, sampleLoad());
  const memoryMiB = sum(programs.map((program) => program.peakMemoryMiB()));
  await sleep(settleMs);
  const verdict = await attempt.judge();
  await Promise.all(programs.map((program) => program.stop()));
  await attempt.clear();
  const spent = spentSince(before, end.spent);
  const steady = quarter && end.atMs - quarter.atMs >= steadyMsMin ? quarter : undefined;
  const steadyEvents = events - (steady?.counted ?? 0);
  return {
    rate: (events * 1_000) / (end.atMs - fromMs),
    steadyRate: steady && (steadyEvents * 1_000) / (end.atMs - steady.atMs),
    firstResultMs: firstAtMs - fromMs,
    clientUs: perEventUs(spent.client, events),
    steadyClientUs: steady && perEventUs(spentSince(steady.spent, end.spent).client, steadyEvents),
    kafkaUs: perEventUs(spent.kafka, events),
    redisUs: perEventUs(spent.redis, events),
    allUs: perEventUs(spent.all, events),
    memoryMiB,
    foreignPercent: foreign === undefined ? undefined : foreign * 100,
    verdict,
  };
}
