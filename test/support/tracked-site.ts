/** A web site with the tracker on it: any path is a page, `shop.example` its name, and a collector of its own beside it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleTracker } from '../../bundle';
import { RecordingCollector } from './recording-collector';

export const writeKey = 'key-of-shop';

export interface PageOptions {
  /** Of the script, as `data-on="hash"`. */
  readonly attributes?: string;
  readonly head?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class TrackedSite {
  private readonly pages = new Map<string, PageOptions>();

  private constructor(
    readonly collector: RecordingCollector,
    private readonly server: Server,
    private readonly module: string,
  ) {}

  static async start(): Promise<TrackedSite> {
    const folder = mkdtempSync(join(tmpdir(), 'clickstream-tracker-'));
    bundleTracker(folder);
    const [script, module] = ['tracker.js', 'index.js'].map((name) =>
      readFileSync(join(folder, name), 'utf8'),
    );
    rmSync(folder, { recursive: true });
    const collector = await RecordingCollector.start({ '/tracker.js': script as string });
    const server = createServer();
    const site = new TrackedSite(collector, server, module as string);
    server.on('request', ({ url = '/', method }, response) => {
      const { pathname } = new URL(url, 'http://shop.example');
      const page = site.pages.get(pathname) ?? {};
      const isModule = pathname === '/module.js';
      response.writeHead(200, {
        'Content-Type': isModule ? 'text/javascript' : 'text/html; charset=utf-8',
        ...page.headers,
      });
      response.end(method === 'GET' && isModule ? site.module : site.html(page));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = '/'): string {
    return `http://shop.example:${this.port}${path}`;
  }

  /** What is at `path` from now on. Elsewhere: a page with the script and nothing else. */
  setPage(path: string, page: PageOptions): void {
    this.pages.set(path, page);
  }

  script(attributes = ''): string {
    return `<script defer src="${this.collector.origin}/tracker.js" data-write-key="${writeKey}" ${attributes}></script>`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.collector.close();
  }

  private html({ attributes = '', head = this.script(attributes), body = '' }: PageOptions): string {
    return `<!doctype html><html lang="en"><head><title>shop</title>${head}</head><body>${body}</body></html>`;
  }
}
