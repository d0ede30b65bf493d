/**
 * What of a program's output a person at the terminal sees: its plain lines, and of its structured log the errors, each once
 * in a while. Everything is in the log files.
 */
import { describeEntry } from '../pipeline/log-line';

const repeatAfterMs = 30_000;

interface LogEntry {
  readonly at?: unknown;
  readonly component?: unknown;
  readonly level?: unknown;
  readonly message?: unknown;
  readonly reason?: unknown;
}

export class ProgramLines {
  private readonly saidAtMs = new Map<string, number>();

  constructor(private readonly say: (line: string) => void) {}

  take(name: string, line: string, nowMs: number): void {
    const text = line.startsWith('{') ? this.ofLogEntry(name, line, nowMs) : line;
    if (text !== undefined && text.trim() !== '') this.say(`${name}: ${text}`);
  }

  private ofLogEntry(name: string, line: string, nowMs: number): string | undefined {
    let entry: LogEntry;
    try {
      entry = JSON.parse(line) as LogEntry;
    } catch {
      return line;
    }
    const { at: _at, component: _component, level, message, reason, ...fields } = entry;
    // An entry without a level is meant for a person.
    if (level === undefined)
      return describeEntry(String(message), reason === undefined ? fields : { reason, ...fields });
    if (level !== 'error') return undefined;
    const key = `${name} ${message}`;
    if (nowMs - (this.saidAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < repeatAfterMs) return undefined;
    this.saidAtMs.set(key, nowMs);
    return reason === undefined ? String(message) : `${message}: ${reason}`;
  }
}
