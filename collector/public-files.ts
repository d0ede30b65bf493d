/**
 * What the collector hands out: the tracker at `/tracker.js`, and with `npm start` the demo site under `/demo/`. Read once; only
 * what was there then is answered, by the very path, so that no path can lead elsewhere.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface PublicFile {
  readonly contentType: string;
  readonly body: string;
  readonly tag: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
};
/** A new tracker is on every page an hour later; until then nobody asks. */
const trackerCache = 'public, max-age=3600';
const demoPolicy = "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

/** `demo/index.html` is `/demo`, `demo/pricing.html` is `/demo/pricing`; everything else goes by its name. */
function pathOf(name: string): string {
  return `/${name}`.replace(/\/index\.html$/, '').replace(/\.html$/, '');
}

/** By path. None where the directory is missing: a collector without them takes events all the same. */
export function loadPublicFiles(directory: string): ReadonlyMap<string, PublicFile> {
  const names = existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
  const isShown = (name: string): boolean => name === 'tracker.js' || name.startsWith('demo');
  const files = new Map<string, PublicFile>();
  for (const name of names.map((each) => each.replaceAll('\\', '/')).filter(isShown)) {
    const contentType = contentTypes[extname(name)];
    if (contentType === undefined) continue;
    const body = readFileSync(join(directory, name), 'utf8');
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
    files.set(pathOf(name), { contentType, body, tag });
  }
  return files;
}

function answer(file: PublicFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isScript = request.routeOptions.url === '/tracker.js';
  reply
    .header('cache-control', isScript ? trackerCache : 'no-cache')
    .header('etag', file.tag)
    .header('content-type', file.contentType)
    .header('x-content-type-options', 'nosniff')
    // A page that takes nothing else from elsewhere (COEP) may take the script.
    .header('cross-origin-resource-policy', 'cross-origin');
  if (!isScript) reply.header('content-security-policy', demoPolicy);
  return request.headers['if-none-match'] === file.tag ? reply.code(304).send() : reply.send(file.body);
}

export function servePublicFiles(app: FastifyInstance, files: ReadonlyMap<string, PublicFile>): void {
  for (const [path, file] of files) app.get(path, (request, reply) => answer(file, request, reply));
}
