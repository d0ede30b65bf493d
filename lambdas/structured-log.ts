/** One entry a line: JSON as CloudWatch's filters read it, or text. Never content of events: a visitor could forge lines with it. */
import { formatEntry, readLogFormat } from '../pipeline/log-line';

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export type WriteLog = (level: 'info' | 'warn' | 'error', message: string, fields?: LogFields) => void;

/**
 * `component`: which handler speaks. Warnings and errors go to standard error. Throws ConfigurationError where LOG_FORMAT is neither
 * of the two.
 */
export function structuredLog(component: string): WriteLog {
  const format = readLogFormat(process.env);
  return (level, message, fields = {}) => {
    const line = formatEntry(format, { at: new Date().toISOString(), level, component, message, ...fields });
    (level === 'info' ? process.stdout : process.stderr).write(line);
  };
}
