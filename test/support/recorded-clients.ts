/** What real clients sent to a capture server (test/fixtures/clients): requests as they came, and the answers that they took. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RecordedRequest {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

interface Capture {
  readonly run?: string;
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly bodyJson?: unknown;
  };
}

export const CLIENTS = [
  'plausible',
  'plausible-legacy',
  'segment-browser',
  'segment-node',
  'umami-browser',
  'umami-node',
] as const;

export type Client = (typeof CLIENTS)[number];

/** Of the connection, not of the client. */
const ofConnection = new Set(['connection', 'content-length', 'accept-encoding', 'host']);
const elided = '…';

/** The client's POSTs. What a recording leaves out as equal to the first one's is put in again. */
export function recordedRequests(client: Client): readonly RecordedRequest[] {
  const file = join(__dirname, '../fixtures/clients', `${client}.json`);
  const { captures } = JSON.parse(readFileSync(file, 'utf8')) as { readonly captures: readonly Capture[] };
  const posts = captures.filter(({ request }) => request.method === 'POST');
  const [first] = posts;
  return posts.map(({ name, request }) => {
    const { [elided]: isElided, ...own } = request.headers;
    const headers = isElided === undefined ? own : { ...first?.request.headers, ...own };
    return {
      name,
      path: request.path,
      headers: Object.fromEntries(
        Object.entries(headers).filter(([header]) => !ofConnection.has(header) && header !== elided),
      ),
      body: JSON.stringify(request.bodyJson),
    };
  });
}
