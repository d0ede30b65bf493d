/**
 * How `npm run spike` and the producer of `npm start` speak: the command writes what it wants into a file of the data folder and
 * sends SIGUSR2; the producer puts its answer in the place of the request. Where there is no file, as in a container, the
 * signal alone asks for a spike of default size.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE_MS } from '../pipeline/core/limits';
import { type Environment, SETTING } from '../pipeline/settings';
import { type SpikeOptions, spikeFactor, spikeMinutes } from './simulator/spike';

export interface SpikeRequest {
  readonly factor: number;
  readonly minutes: number;
}

export type SpikeAnswer =
  | { readonly started: SpikeRequest & { readonly usualPerSecond: number; readonly article: string } }
  /** Why not. */
  | { readonly refused: string };

/** `folder`: the data folder of the run. */
export function spikeFileIn(folder: string): string {
  return join(folder, 'spike.json');
}

/** The file of the run that this program belongs to. */
export function spikeFileOf(env: Environment): string {
  return spikeFileIn(env[SETTING.CLICKSTREAM_HOME] || '.clickstream');
}

/** Takes the request, hands it to `start` and leaves the answer; without a request, one of default size. */
export function answerSpikeRequest(file: string, start: (options: SpikeOptions) => SpikeAnswer): SpikeAnswer {
  const request = readRequest(file);
  const { factor, minutes } = request ?? { factor: spikeFactor.default, minutes: spikeMinutes.default };
  const answer = start({ factor, lengthMs: minutes * MINUTE_MS });
  if (request !== undefined) leaveAnswer(file, answer);
  return answer;
}

function leaveAnswer(file: string, answer: SpikeAnswer): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(answer));
    renameSync(`${file}.new`, file);
  } catch {
    // Who asked will say that no answer came; the traffic goes on.
  }
}

/** undefined: nobody has asked for anything in particular. */
function readRequest(file: string): SpikeRequest | undefined {
  try {
    const { factor, minutes } = JSON.parse(readFileSync(file, 'utf8')) as Partial<SpikeRequest>;
    return isWithin(factor, spikeFactor) && isWithin(minutes, spikeMinutes) ? { factor, minutes } : undefined;
  } catch {
    return undefined;
  }
}

function isWithin(value: number | undefined, { min, max }: { min: number; max: number }): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}
