/** The formats of files that can be replayed, and how one is recognised: by its first line that is not empty. */
import { CloudFrontLog } from './cloudfront-log';
import { parseCombinedLine } from './combined-log';
import { timeOfEventLine } from './event-line';
import { readLines } from './log-file';

export const LOG_FORMATS = {
  combined: 'combined log',
  cloudfront: 'CloudFront log',
  events: 'events, NDJSON',
} as const;

export type LogFormat = keyof typeof LOG_FORMATS;

export async function detectFormat(file: string): Promise<LogFormat> {
  for await (const line of readLines(file)) {
    if (line.trim() === '') continue;
    if (line.startsWith('{')) return 'events';
    return /^#(Version|Fields):/.test(line) ? 'cloudfront' : 'combined';
  }
  return 'combined';
}

/** Reads only the time of each line, in order. */
export function timeReader(format: LogFormat): (line: string) => number | undefined {
  if (format === 'events') return timeOfEventLine;
  if (format === 'combined') return (line) => parseCombinedLine(line)?.timeMs;
  const log = new CloudFrontLog();
  return (line) => {
    const parsed = log.parse(line);
    return parsed === 'header' ? undefined : parsed?.timeMs;
  };
}
