/**
 * CloudFront's standard log: tab-separated, the columns named by a `#Fields:` line, values URL-encoded
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html).
 */
import type { LoggedRequest } from './logged-request';

const fieldsPrefix = '#Fields:';

/** Older logs are encoded twice: `%2520` is a space. */
function decoded(value: string | undefined): string | undefined {
  if (value === undefined || value === '-') return undefined;
  try {
    const once = decodeURIComponent(value);
    return /%[0-9A-Fa-f]{2}/.test(once) ? decodeURIComponent(once) : once;
  } catch {
    return value;
  }
}

function given(value: string | undefined): string | undefined {
  return value === '-' ? undefined : value;
}

export class CloudFrontLog {
  private columns = new Map<string, number>();

  /** undefined: not a line of such a log. `header`: a line that describes the log. */
  parse(line: string): LoggedRequest | 'header' | undefined {
    if (line.startsWith('#')) {
      if (line.startsWith(fieldsPrefix)) this.readFields(line);
      return 'header';
    }
    const values = line.split('\t');
    const value = (name: string): string | undefined => values[this.columns.get(name) ?? -1];
    const timeMs = Date.parse(`${value('date')}T${value('time')}Z`);
    const [address, method, path, status] = ['c-ip', 'cs-method', 'cs-uri-stem', 'sc-status'].map(value);
    if (Number.isNaN(timeMs) || !address || !method || !path?.startsWith('/')) return undefined;
    const userAgent = value('cs(User-Agent)');
    return {
      timeMs,
      address,
      method,
      // cs(Host) is the distribution's own name; x-host-header is what the viewer asked for.
      host: given(value('x-host-header')) ?? given(value('cs(Host)')),
      path,
      query: given(value('cs-uri-query')) ?? '',
      status: Number(status),
      referrer: decoded(value('cs(Referer)')),
      userAgent: userAgent === undefined ? undefined : (decoded(userAgent) ?? ''),
    };
  }

  private readFields(line: string): void {
    const names = line.slice(fieldsPrefix.length).trim().split(/\s+/);
    this.columns = new Map(names.map((name, column) => [name, column]));
  }
}
