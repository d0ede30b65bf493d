/**
 * Where a local run keeps what it makes: `.clickstream/` in the project, or the folder that CLICKSTREAM_HOME names, so that
 * two runs (a test beside `npm start`) can live apart. The jars of Kafka are the same for all of them and stay in the project.
 */
import { join, resolve } from 'node:path';
import { type Environment, SETTING } from '../pipeline/settings';

export interface Home {
  readonly folder: string;
  /** Kafka's log and Redis's append-only file: what `--fresh` deletes. */
  readonly dataFolder: string;
  readonly logFolder: string;
  /** Who runs, by name and process id; see run-file.ts. */
  readonly runFile: string;
}

export const JARS_FOLDER = join('.clickstream', 'kafka');

export function homeAt(path: string): Home {
  const folder = resolve(path);
  return {
    folder,
    dataFolder: join(folder, 'data'),
    logFolder: join(folder, 'logs'),
    runFile: join(folder, 'run.json'),
  };
}

export function readHome(env: Environment): Home {
  return homeAt(env[SETTING.CLICKSTREAM_HOME] || '.clickstream');
}
