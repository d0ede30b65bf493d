/** Plays one row, and says what came of it; a row that cannot be played to its end does not keep the others from being played. */
import { join } from 'node:path';
import { seededRandom } from '../producer/simulator/random';
import type { FaultOptions } from './options';
import type { Scenario, ScenarioContext } from './scenario';
import { complaintsOf, isGood, type PlayedRow } from './table';

/** What all rows share. */
export type RunServices = Pick<ScenarioContext, 'kafka' | 'record' | 'programs' | 'folder' | 'say'>;

/** A row draws the same alone as among others. */
function seedOf(seed: number, name: string): number {
  return [...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), seed);
}

export async function playRow(
  scenario: Scenario,
  options: Pick<FaultOptions, 'isShort' | 'seed'>,
  services: RunServices,
  onEnd: ScenarioContext['onEnd'],
): Promise<PlayedRow> {
  const { name, about } = scenario;
  const say = (line: string): void => services.say(`${name}: ${line}`);
  say(about);
  const fromMs = performance.now();
  const row = await scenario
    .run({
      ...services,
      name,
      isShort: options.isShort,
      random: seededRandom(seedOf(options.seed, name)),
      folder: join(services.folder, 'rows', name),
      say,
      onEnd,
    })
    .then(
      (result): PlayedRow => ({ name, result }),
      (error: unknown): PlayedRow => ({
        name,
        broken: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      }),
    );
  for (const complaint of complaintsOf(row)) services.say(complaint);
  const seconds = Math.round((performance.now() - fromMs) / 1_000);
  say(`${isGood(row) ? 'as it must be' : 'NOT as it must be'}, after ${seconds} s`);
  return row;
}
