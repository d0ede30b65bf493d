/** Which requests of a web server's log count as page views. The rule in words: docs/replay.md. */
import { urlCharsMax } from '../../pipeline/core/limits';
import type { SkipReason } from './line-outcome';
import type { LoggedRequest } from './logged-request';

/** 304: the browser had the page and asked whether it still holds; somebody looked at it all the same. */
const viewStatuses: ReadonlySet<number> = new Set([200, 304]);
/** A path with another extension names a file. One of digits alone is none: `/release-1.2`. */
const pageExtensions: ReadonlySet<string> = new Set([
  'html',
  'htm',
  'xhtml',
  'shtml',
  'php',
  'asp',
  'aspx',
  'jsp',
  'cgi',
]);
const extensionPattern = /\.(\d*[a-z][a-z0-9]*)$/i;
const feedPath = /(?:^|\/)(?:feed|rss2?|atom)(?:\.[a-z]+)?\/?$/i;
const feedQuery = /(?:^|&)(?:flav|feed|format|alt)=(?:rss|atom)/i;

/** undefined: it is a page view. */
export function reasonToSkip({ method, status, path, query }: LoggedRequest): SkipReason | undefined {
  if (method !== 'GET') return 'method';
  if (!viewStatuses.has(status)) return 'status';
  if (feedPath.test(path) || feedQuery.test(query)) return 'feed';
  const extension = extensionPattern.exec(path)?.[1]?.toLowerCase();
  const isFile = extension !== undefined && !pageExtensions.has(extension);
  if (isFile || path.startsWith('/.well-known/')) return 'file';
  return path.length > urlCharsMax ? 'too_long' : undefined;
}
