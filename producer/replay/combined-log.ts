/**
 * Apache's and nginx's combined log (https://httpd.apache.org/docs/2.4/logs.html#combined), the common log, which lacks
 * referrer and user agent, and Apache's vhost_combined, which begins with `host:port`.
 */
import { pathOf } from '../../pipeline/core/url';
import type { LoggedRequest } from './logged-request';

const quoted = '"((?:[^"\\\\]|\\\\.)*)"';
const linePattern = new RegExp(
  `^(?:(\\S+):\\d+ )?(\\S+) \\S+ \\S+ \\[([^\\]]+)\\] ${quoted} (\\d{3}) (?:\\d+|-)(?: ${quoted} ${quoted}(?: .*)?)?$`,
);
const timePattern = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** HTTP/0.9 has no version. */
const requestPattern = /^([A-Z]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/;
const hostPattern = /^https?:\/\/([^/?#]+)/i;

/** `17/May/2015:10:05:03 +0000`. */
function parseTime(text: string): number | undefined {
  const [, day, month, year, time, hours, minutes] = timePattern.exec(text) ?? [];
  if (month === undefined || !months.includes(month)) return undefined;
  const number = String(months.indexOf(month) + 1).padStart(2, '0');
  const ms = Date.parse(`${year}-${number}-${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Both servers write `-` for nothing, and a backslash before a quote. */
function text(field: string | undefined): string | undefined {
  if (field === undefined) return undefined;
  return field === '-' ? '' : field.replace(/\\(["\\])/g, '$1');
}

/** undefined: not a line of such a log. */
export function parseCombinedLine(line: string): LoggedRequest | undefined {
  const [, vhost, address, timeText = '', request = '', status, referrer, userAgent] =
    linePattern.exec(line) ?? [];
  const timeMs = parseTime(timeText);
  const [, method, target] = requestPattern.exec(request) ?? [];
  if (address === undefined || timeMs === undefined || method === undefined || target === undefined) {
    return undefined;
  }
  // `OPTIONS *` has no path, and is no page view by its method.
  const path = pathOf(target) ?? '/';
  return {
    timeMs,
    address,
    method,
    host: hostPattern.exec(target)?.[1] ?? vhost,
    path,
    query: /\?([^#]*)/.exec(target)?.[1] ?? '',
    status: Number(status),
    referrer: text(referrer) || undefined,
    userAgent: text(userAgent),
  };
}
