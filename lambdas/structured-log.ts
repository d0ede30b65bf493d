/** One JSON object a line, as CloudWatch's filters read them. Never content of events: a visitor could forge lines with it. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export type WriteLog = (level: 'info' | 'warn' | 'error', message: string, fields?: LogFields) => void;

/** `component`: which handler speaks. Warnings and errors go to standard error. */
export function structuredLog(component: string): WriteLog {
  return (level, message, fields = {}) => {
    const line = `${JSON.stringify({ at: new Date().toISOString(), level, component, message, ...fields })}\n`;
    (level === 'info' ? process.stdout : process.stderr).write(line);
  };
}
