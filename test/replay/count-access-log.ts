/**
 * What replaying access.log must yield, counted apart: the line is split at its quotes, nothing of the pipeline or the replay is
 * used. The bots are told by words, chosen by reading the 559 user agents of the file.
 */
import { readFileSync } from 'node:fs';

export const ACCESS_LOG = 'test/fixtures/logs/access.log';

const botWords =
  /bot|robo|crawl|spider|http|feed|rss|reader|java|python|perl|ruby|curl|wget|fetch|ezooms|maui|embed\.|google|portscout|nutch|xenu|news|chromeframe|zdm|preview|validator|phantom|reed|library|binlar|agent|microsoft office/i;
const botWhole = ['-', 'Mozilla/4.0 (compatible;)', 'Mozilla/4.0', 'Mozilla/5.0', 'Opera 9.6'];
const pageEndings = ['html', 'htm', 'xhtml', 'shtml', 'php', 'asp', 'aspx', 'jsp', 'cgi'];

export interface AccessLogCount {
  readonly lines: number;
  readonly bots: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly viewsOf: ReadonlyMap<string, number>;
  /** Of each page view, in order: how long before the last line, and who. */
  readonly views: readonly { readonly ageMs: number; readonly visitor: string }[];
}

function becomes(request: string, status: string, userAgent: string): string {
  const [method, target = ''] = request.split(' ');
  const [path = '', query = ''] = target.split('?');
  const name = path.split('/').at(-1) ?? '';
  const ending = name.includes('.') ? (name.split('.').at(-1) ?? '') : '';
  if (method !== 'GET') return 'method';
  if (status !== '200' && status !== '304') return 'status';
  if (query.includes('flav=') || ['feed', 'rss', 'atom'].includes(name)) return 'feed';
  if (/[a-z]/i.test(ending) && !/\W/.test(ending) && !pageEndings.includes(ending)) return 'file';
  return botWords.test(userAgent) || botWhole.includes(userAgent) ? 'bots' : path;
}

export function countAccessLog(): AccessLogCount {
  const lines = readFileSync(ACCESS_LOG, 'utf8').trimEnd().split('\n');
  const timeOf = (line: string): number => {
    const [, date = '', time] = /\[([^:]+):(\S+) /.exec(line) ?? [];
    return Date.parse(`${date.replaceAll('/', ' ')} ${time} UTC`);
  };
  const newestMs = Math.max(...lines.map(timeOf));
  const skipped: Record<string, number> = {};
  const viewsOf = new Map<string, number>();
  const views: { ageMs: number; visitor: string }[] = [];
  for (const line of lines) {
    const [start = '', request = '', status = '', , , userAgent = '', end] = line.split('"');
    const what = end === undefined ? 'malformed' : becomes(request, status.slice(1, 4), userAgent);
    if (!what.startsWith('/')) {
      skipped[what] = (skipped[what] ?? 0) + 1;
      continue;
    }
    viewsOf.set(what, (viewsOf.get(what) ?? 0) + 1);
    views.push({ ageMs: newestMs - timeOf(line), visitor: `${start.split(' ')[0]} ${userAgent}` });
  }
  const { bots = 0, ...rest } = skipped;
  return { lines: lines.length, bots, skipped: rest, viewsOf, views };
}
