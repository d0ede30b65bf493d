/** How exact a contestant is when it is killed: `kill -9` at random moments, started again at once, judged when nothing moves any more. */
import { type Bench, sleep } from '../benchmark';
import type { Verdict } from './answer';
import { Attempt, type Entrant } from './lap';
import type { PeersTopic } from './peers-topic';

const pollMs = 5;
/** Not always just after a write was seen, but somewhere in the contestant's own round. */
const phaseMsMax = 150;
/** Longer than any of their sessions: a partition may wait for the end of one that was killed. */
const stillMs = 12_000;
const withinMs = 300_000;

export interface KillRun {
  readonly kills: number;
  readonly verdict: Verdict;
}

/** The kill comes when so many events are counted: in even parts of the way, at a random place in each. */
function threshold(events: number, kill: number, kills: number): number {
  return (events * (kill + 0.3 + 0.7 * Math.random())) / (kills + 1.2);
}

export async function runKilled(
  bench: Bench,
  topic: PeersTopic,
  entrant: Entrant,
  killsMax: number,
): Promise<KillRun> {
  const attempt = new Attempt(bench, topic, entrant);
  await attempt.prepare();
  let programs = attempt.startProcesses();
  let kills = 0;
  let nextAt = threshold(topic.events, 0, killsMax);
  let [counted, movedAtMs] = [-1, performance.now()];
  const endMs = performance.now() + withinMs;
  while (performance.now() < endMs) {
    await sleep(pollMs);
    const now = await attempt.reader.counted();
    if (now !== counted) [counted, movedAtMs] = [now, performance.now()];
    if (kills < killsMax && counted >= nextAt) {
      await sleep(Math.random() * phaseMsMax);
      await Promise.all(programs.map((program) => program.kill()));
      kills += 1;
      nextAt = threshold(topic.events, kills, killsMax);
      programs = attempt.startProcesses();
      movedAtMs = performance.now();
    }
    if (counted >= topic.events * 0.98 && performance.now() - movedAtMs > stillMs) break;
  }
  const verdict = await attempt.judge();
  await Promise.all(programs.map((program) => program.stop()));
  await attempt.clear();
  return { kills, verdict };
}
