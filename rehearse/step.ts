/** A step of a rehearsal: what it does, and how it went. */
import { RehearsalError } from './rehearsal-error';
import type { Stage } from './stage';

export interface Step {
  readonly name: string;
  /** Resolves with what was seen, in a few words. Throws RehearsalError where it is not what it should be. */
  readonly run: (stage: Stage) => Promise<string>;
}

export interface StepResult {
  readonly variant: string;
  readonly name: string;
  /** `skipped`: a step before it has failed. */
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
  /** What was seen, or why it failed. */
  readonly told: string;
}

export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new RehearsalError(otherwise);
}

/** One after the other; after one that fails, none is run. */
export async function runSteps(
  variant: string,
  steps: readonly Step[],
  stage: () => Promise<Stage>,
  say: (line: string) => void,
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const { name, run } of steps) {
    if (results.some(({ outcome }) => outcome !== 'passed')) {
      results.push({ variant, name, outcome: 'skipped', seconds: 0, told: 'a step before it failed' });
      continue;
    }
    say(`${variant}: ${name} ...`);
    const startMs = Date.now();
    const ended = (outcome: StepResult['outcome'], told: string): void => {
      const seconds = (Date.now() - startMs) / 1_000;
      say(`${variant}: ${outcome === 'passed' ? 'ok' : 'FAILED'} in ${seconds.toFixed(1)} s: ${told}`);
      results.push({ variant, name, outcome, seconds, told });
    };
    try {
      ended('passed', await run(await stage()));
    } catch (error) {
      ended('failed', error instanceof Error ? error.message : String(error));
    }
  }
  return results;
}
