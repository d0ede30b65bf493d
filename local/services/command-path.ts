import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a command lies: playwright starts nothing by its bare name. What cannot be found is left as it is. */
export function commandPath(command: string): string {
  if (command.includes('/')) return command;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, command)).find((file) => existsSync(file)) ?? command;
}
