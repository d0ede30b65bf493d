/** The simulator alone, in a process of its own: the first of the generator's ceilings. */
import { simulateRecords } from '../simulated-log';
import { answer } from './answer';

export interface SimulateQuestion {
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

const startMs = Date.UTC(2026, 0, 1, 12);
const askClockEvery = 1_000;

/** Answers the events a second that it made. */
answer<SimulateQuestion, number>(async ({ seconds, eventsPerSecond }) => {
  const timeMs = (i: number): number => startMs + Math.floor((i * 1_000) / eventsPerSecond);
  const fromMs = performance.now();
  let made = 0;
  for (const { value } of simulateRecords({
    partitions: 8,
    records: Number.POSITIVE_INFINITY,
    eventsPerSecond,
    timeMs,
  })) {
    if (value !== undefined) made += 1;
    if (made % askClockEvery === 0 && performance.now() - fromMs > seconds * 1_000) break;
  }
  return (made * 1_000) / (performance.now() - fromMs);
});
