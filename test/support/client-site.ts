/**
 * A site with trackers that people have: the page `/<client>/<site>/<port>/<name>` has the client, with its defaults, pointed at a
 * collector on that port. `window.send(name)` is a custom event, by the client's own function for it.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSync } from 'esbuild';
import { umamiTracker } from './umami-tracker';

export const CLIENTS = ['ours', 'plausible', 'plausible-old', 'segment', 'umami'] as const;
export type ClientName = (typeof CLIENTS)[number];

interface ClientScript {
  /** Of the module that starts it; `SITE` and `COLLECTOR` stand for themselves. */
  readonly source?: string;
  readonly head?: string;
  /** What there is to click at. */
  readonly body?: string;
}

const scripts: Readonly<Record<ClientName, ClientScript>> = {
  ours: {
    head: `<script defer src="COLLECTOR/tracker.js" data-write-key="SITE"></script>
      <script>window.send = (name) => clickstream('track', name, { n: 1 })</script>`,
    body: `<a id="out" href="https://elsewhere.example/a?token=secret#x">out</a> <a id="file" href="/list.csv?v=2">file</a>
      <script>addEventListener('click', (event) => event.preventDefault())</script>`,
  },
  plausible: {
    source: `import { init, track } from '@plausible-analytics/tracker';
      init({ domain: SITE, endpoint: COLLECTOR + '/api/event' });
      window.send = (name) => track(name, { props: { n: '1' } });`,
  },
  'plausible-old': {
    source: `import Plausible from 'plausible-tracker';
      const { enableAutoPageviews, trackEvent } = Plausible({ domain: SITE, apiHost: COLLECTOR });
      enableAutoPageviews();
      window.send = (name) => trackEvent(name, { props: { n: '1' } });`,
  },
  segment: {
    source: `import { AnalyticsBrowser } from '@segment/analytics-next';
      const analytics = AnalyticsBrowser.load({ writeKey: SITE, cdnURL: COLLECTOR });
      analytics.page();
      window.send = (name) => analytics.track(name, { n: 1 });`,
  },
  umami: {
    head: `<script defer src="/umami.js" data-website-id="SITE" data-host-url="COLLECTOR"></script>
      <script>window.send = (name) => umami.track(name, { n: 1 })</script>`,
  },
};

function bundled(source: string): string {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `const [, , SITE, port] = location.pathname.split('/');
        const COLLECTOR = 'http://clicks.example:' + port;
        ${source.replace(/^(import .*)$/gm, '')}`.replace(
        /^/,
        `${source.match(/^\s*import .*$/gm)?.join('\n')}\n`,
      ),
      resolveDir: process.cwd(),
    },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

export class ClientSite {
  private readonly files = new Map<string, string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ClientSite> {
    const server = createServer();
    const site = new ClientSite(server);
    site.files.set('/umami.js', umamiTracker());
    for (const client of CLIENTS) {
      const { source } = scripts[client];
      if (source !== undefined) site.files.set(`/${client}.js`, bundled(source));
    }
    server.on('request', ({ url = '/' }, response) => {
      const { pathname } = new URL(url, 'http://shop.example');
      const file = site.files.get(pathname);
      response.setHeader('Content-Type', file === undefined ? 'text/html; charset=utf-8' : 'text/javascript');
      response.end(file ?? site.html(pathname));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  url(client: ClientName, site: string, collectorPort: number, name: string): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://shop.example:${port}/${client}/${site}/${collectorPort}/${name}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private html(pathname: string): string {
    const [, client, site = '', port] = pathname.split('/');
    const { head = `<script defer src="/${client}.js"></script>`, body = '' } =
      scripts[client as ClientName] ?? {};
    const filled = head.replaceAll('SITE', site).replaceAll('COLLECTOR', `http://clicks.example:${port}`);
    return `<!doctype html><html lang="en"><head><title>shop</title><link rel="icon" href="data:,">${filled}</head><body>${body}</body></html>`;
  }
}
