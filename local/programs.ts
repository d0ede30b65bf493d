/** The three programs of a local run, each a process of its own as it is a container on its own elsewhere. */
import { join, resolve } from 'node:path';
import { SETTING } from '../pipeline/settings';
import type { ProcessSpec } from './supervisor/process-spec';

export interface ProgramOptions {
  /** For all of them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFolder: string;
  readonly webDirectory: string;
  readonly onProducerMessage: (message: unknown) => void;
  /** One line of what a program printed. */
  readonly onLine: (name: string, line: string) => void;
}

export interface Programs {
  readonly producer: ProcessSpec;
  readonly processor: ProcessSpec;
  readonly dashboard: ProcessSpec;
}

export function describePrograms(options: ProgramOptions): Programs {
  const program = (name: string, entry: string, stopWithinMs: number): ProcessSpec => ({
    name,
    command: process.execPath,
    args: [resolve('run.mjs'), entry],
    env: { ...options.env, CLICKSTREAM_SUPERVISED: 'true' },
    mark: `${resolve('run.mjs')} ${entry}`,
    outputFile: join(options.logFolder, `${name}.log`),
    onLine: (line) => options.onLine(name, line),
    stopWithinMs,
    // Over it a program notices that its supervisor is gone (run.mjs).
    onMessage: () => {},
  });
  const dashboard = program('dashboard', 'local/dashboard.ts', 500);
  return {
    producer: { ...program('producer', 'producer/main.ts', 1_000), onMessage: options.onProducerMessage },
    processor: program('processor', 'local/processor.ts', 1_500),
    dashboard: { ...dashboard, env: { ...dashboard.env, [SETTING.WEB_DIRECTORY]: options.webDirectory } },
  };
}
