/**
 * What of a program's output a person at the terminal sees: its plain lines, and of its structured log the errors, each once
 * in a while. Everything is in the log files.
 */
const repeatAfterMs = 30_000;

export class ProgramLines {
  private readonly saidAtMs = new Map<string, number>();

  constructor(private readonly say: (line: string) => void) {}

  take(name: string, line: string, nowMs: number): void {
    const text = line.startsWith('{') ? this.ofLogEntry(name, line, nowMs) : line;
    if (text !== undefined && text.trim() !== '') this.say(`${name}: ${text}`);
  }

  private ofLogEntry(name: string, line: string, nowMs: number): string | undefined {
    let entry: { level?: unknown; message?: unknown; reason?: unknown };
    try {
      entry = JSON.parse(line) as typeof entry;
    } catch {
      return line;
    }
    if (String(entry.level).toLowerCase() !== 'error') return undefined;
    const key = `${name} ${entry.message}`;
    if (nowMs - (this.saidAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < repeatAfterMs) return undefined;
    this.saidAtMs.set(key, nowMs);
    return entry.reason === undefined ? String(entry.message) : `${entry.message}: ${entry.reason}`;
  }
}
