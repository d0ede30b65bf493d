/** The file that is replayed: its lines, one by one, whatever its size; and what must be known of it before the first is sent. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** More than any event or request may have: a file without line ends must not fill memory. */
const lineCharsMax = 64 * 1024;

/**
 * Lines end with LF or CRLF, as `wc -l` counts them (Node's readline ends them at U+2028, too); a last one without an end is
 * a line. Of one that is longer than the bound, the rest is left out. `.gz` is unpacked.
 */
export async function* readLines(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file);
  const stream: Readable = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  raw.once('error', (error) => stream.destroy(error));
  stream.setEncoding('utf8');
  let begun = '';
  let hasBegun = false;
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const parts = chunk.split('\n');
      for (const part of parts.slice(0, -1)) {
        yield cut(begun + part);
        begun = '';
      }
      begun = (begun + parts.at(-1)).slice(0, lineCharsMax);
      hasBegun = begun !== '';
    }
    if (hasBegun) yield cut(begun);
  } finally {
    raw.destroy();
  }
}

function cut(line: string): string {
  return (line.endsWith('\r') ? line.slice(0, -1) : line).slice(0, lineCharsMax);
}

export interface LogSurvey {
  readonly lines: number;
  /** Of the lines that have a time; undefined: none has. */
  readonly oldestMs: number | undefined;
  readonly newestMs: number | undefined;
}

export async function surveyLog(
  file: string,
  timeOf: (line: string) => number | undefined,
): Promise<LogSurvey> {
  let lines = 0;
  let oldestMs: number | undefined;
  let newestMs: number | undefined;
  for await (const line of readLines(file)) {
    lines += 1;
    const timeMs = timeOf(line);
    if (timeMs === undefined) continue;
    oldestMs = Math.min(oldestMs ?? timeMs, timeMs);
    newestMs = Math.max(newestMs ?? timeMs, timeMs);
  }
  return { lines, oldestMs, newestMs };
}
