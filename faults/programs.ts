/** The programs of the product, as they are shipped: bundled like those of the containers, each in a process of its own. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundleProgram } from '../bundle';
import type { RunRecord } from '../local/supervisor/run-file';
import { ControlledProcess } from './controlled-process';

export interface ProgramOptions {
  /** `local/processor.ts`. */
  readonly entry: string;
  /** In logs; no two that run at a time have the same. */
  readonly name: string;
  /** It gets nothing of this process's settings but where its tools are. */
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** A module that is loaded before it, `faults/inside/jumping-clock.ts`. */
  readonly preload?: string;
  readonly logFolder: string;
  readonly onLine?: (line: string) => void;
}

/** Enough for the event source to commit what is in flight. */
const stopWithinMs = 6_000;

export class Programs {
  private readonly bundles = new Map<string, string>();

  constructor(
    private readonly folder: string,
    private readonly record: RunRecord,
  ) {}

  /** Not started yet. */
  prepare(options: ProgramOptions): ControlledProcess {
    const { entry, name, env, args = [], preload, logFolder, onLine } = options;
    const file = this.bundle(entry);
    const first = preload === undefined ? [] : ['--require', this.bundle(preload)];
    return new ControlledProcess(
      {
        name,
        command: process.execPath,
        args: [...first, file, ...args],
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
        mark: file,
        outputFile: join(logFolder, `${name}.log`),
        stopWithinMs,
        ...(onLine === undefined ? {} : { onLine }),
      },
      this.record,
    );
  }

  private bundle(entry: string): string {
    const known = this.bundles.get(entry);
    if (known !== undefined) return known;
    mkdirSync(join(this.folder, 'programs'), { recursive: true });
    const outfile = join(this.folder, 'programs', `${entry.replaceAll('/', '-').slice(0, -3)}.js`);
    bundleProgram({ entry, outfile });
    this.bundles.set(entry, outfile);
    return outfile;
  }
}
