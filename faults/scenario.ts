/**
 * What a row of `npm run faults` is: something that goes wrong while events flow, and what must be true afterwards. Each is a file of
 * its own under faults/rows, and a line in scenarios.ts. Most rows are played on a Stage (stage.ts), which starts the real
 * programs, watches them, and gives the verdict.
 */
import type { RunRecord } from '../local/supervisor/run-file';
import type { Random } from '../producer/simulator/random';
import type { KafkaBroker } from './kafka-broker';
import type { Programs } from './programs';

export interface Scenario {
  /** As the command line and the table call it. */
  readonly name: string;
  /** One line for the help. */
  readonly about: string;
  run(context: ScenarioContext): Promise<ScenarioResult>;
}

export interface ScenarioContext {
  /** Name of the row. */
  readonly name: string;
  /** As much of it as a test can wait for. */
  readonly isShort: boolean;
  /** Draws what the row leaves to chance: the same seed draws the same, though processes never run alike. */
  readonly random: Random;
  /** The run's own broker; rows come one after another, each with a topic of its own, and may kill it. */
  readonly kafka: KafkaBroker;
  /** Starts what is shipped, each in a process of its own. */
  readonly programs: Programs;
  /** Told of each process that is started. */
  readonly record: RunRecord;
  /** The row's own, for data and logs. */
  readonly folder: string;
  /** A line on what is being done, for whoever waits. */
  readonly say: (line: string) => void;
  /** Registers what ends something that the row has started; called when the row is over, however it ended, newest first. */
  readonly onEnd: (work: () => Promise<void>) => void;
}

export interface ScenarioResult {
  /** Records that were written to the log. */
  readonly events: number;
  /** The longest time in which some partition did not get beyond what it had counted before, milliseconds. */
  readonly stalledMs: number;
  /** The most that the page said its numbers were behind the log, milliseconds. */
  readonly behindMs: number;
  /** Records that repair has counted; one that was counted, lost and counted again is in it each time. */
  readonly repaired: number;
  /** Records that the ledger tells as lost. */
  readonly lost: number;
  /** Cells that the audit has compared. */
  readonly compared: number;
  readonly differing: number;
  /** What is not as it must be, a line each; empty is good. */
  readonly violations: readonly string[];
}

/** A row could not be played to its end: no verdict. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** How much of something a row does. */
export interface Sized {
  readonly short: number;
  readonly whole: number;
}

export function sizeOf(sized: Sized, { isShort }: Pick<ScenarioContext, 'isShort'>): number {
  return isShort ? sized.short : sized.whole;
}

export function between(random: Random, from: number, to: number): number {
  return from + random() * (to - from);
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const askEveryMs = 100;

/** Asks until it is true. Throws ScenarioError after `withinMs`. */
export async function until(
  what: string,
  withinMs: number,
  isTrue: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs)
      throw new ScenarioError(`not within ${Math.round(withinMs / 1_000)} s: ${what}`);
    await sleep(askEveryMs);
  }
}
