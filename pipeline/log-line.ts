/**
 * One entry of a program's log as one line: JSON for what reads it by machine (CloudWatch, `npm start`), text for a person
 * (`docker compose logs`).
 */
import { type Environment, readChoice, SETTING } from './settings';

export type LogFormat = 'json' | 'text';

export interface LogEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly message: string;
  readonly component?: string;
  readonly level?: string;
  readonly [field: string]: string | number | boolean | undefined;
}

/** Throws ConfigurationError. */
export function readLogFormat(env: Environment): LogFormat {
  return readChoice(env, SETTING.LOG_FORMAT, ['json', 'text'], 'json');
}

/** `producing (topic clicks, seed 42)` */
export function describeEntry(message: string, fields: Readonly<Record<string, unknown>>): string {
  const details = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  return details.length === 0 ? message : `${message} (${details.join(', ')})`;
}

/** As JSON writes them: whoever sends a record must not be able to begin a line, nor to steer a terminal. */
function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (found) => {
    const code = found.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${code}`;
  });
}

/**
 * `error consumer: message (field value)`, with the line's end. `info` goes without saying, and whose log it is where there is no level:
 * then it is the program's own. Times are for whoever keeps the lines (`docker compose logs -t`).
 */
export function formatEntry(format: LogFormat, entry: LogEntry): string {
  if (format === 'json') return `${JSON.stringify(entry)}\n`;
  const { at: _at, level, component, message, ...fields } = entry;
  const said = describeEntry(message, fields);
  if (level === undefined) return `${withoutControls(said)}\n`;
  const from = level === 'info' ? component : `${level} ${component ?? ''}`.trim();
  return `${withoutControls(from === undefined ? said : `${from}: ${said}`)}\n`;
}
