/**
 * The page's files, read once: index.html and what it names. Script and style carry their content's digest in their names
 * (bundleWeb in bundle.ts), so that they may be kept for ever; everything else is asked for again each time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { LoginSettings } from '../login-settings';
import { contentSecurityPolicy, entityTag, type Headers } from './response';

export interface PageFile {
  readonly contentType: string;
  readonly body: string;
  readonly tag: string;
  /** True where the name changes with the content. */
  readonly isImmutable: boolean;
  /** Besides those of every file. */
  readonly headers?: Headers;
}

export interface PageSettings {
  /** undefined: nobody signs in. */
  readonly login?: LoginSettings | undefined;
  /** As the setting COLLECTOR_URL. */
  readonly collectorUrl?: string | undefined;
}

export interface PageFiles {
  /** The page itself, with `base` before the names of its files. */
  page(base: string): PageFile;
  /** A file by its name; undefined where there is none. */
  file(name: string): PageFile | undefined;
}

/** Text types alone: API Gateway would need binary media types for others. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

const digestedName = /\.[0-9a-f]{12}\.(js|css)$/;

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** The page says in its head whom to sign in at, and names the script that does it; without a login it loads none. */
function withLogin(index: PageFile, names: Iterable<string>, login: LoginSettings | undefined): PageFile {
  if (login === undefined) return index;
  const script = [...names].find((name) => /^login\.[0-9a-f]{12}\.js$/.test(name));
  if (script === undefined) throw new Error('login.js is missing beside index.html');
  const { issuer, clientId, scopes } = login;
  const told = Object.entries({ issuer, 'client-id': clientId, scopes }).map(
    ([name, value]) => ` data-${name}="${escapeAttribute(value)}"`,
  );
  const link = `<link id="login" rel="modulepreload" href="${script}"${told.join('')}>`;
  const body = index.body.replace('</head>', () => `${link}\n</head>`);
  const headers = { 'Content-Security-Policy': contentSecurityPolicy(login.origins) };
  return { ...index, body, tag: entityTag(body), headers };
}

/** Where the page says that the tracker is to be loaded from, and sent to. */
function withCollector(index: PageFile, url: string | undefined): PageFile {
  if (url === undefined) return index;
  const told = `<meta name="collector" content="${escapeAttribute(url)}">`;
  const body = index.body.replace('</head>', () => `${told}\n</head>`);
  return { ...index, body, tag: entityTag(body) };
}

/** Throws where the directory or its index.html is missing: a program that was shipped wrong should not start. */
export function loadPageFiles(directory: string, told: PageSettings = {}): PageFiles {
  const files = new Map<string, PageFile>();
  for (const name of readdirSync(directory)) {
    const contentType = contentTypes[extname(name)];
    if (contentType === undefined) continue;
    const body = readFileSync(join(directory, name), 'utf8');
    const isImmutable = digestedName.test(name);
    files.set(name, { contentType, body, tag: entityTag(body), isImmutable });
  }
  const found = files.get('index.html');
  if (found === undefined) throw new Error(`${directory}: index.html is missing`);
  files.delete('index.html');
  const index = withLogin(withCollector(found, told.collectorUrl), files.keys(), told.login);
  return {
    page: (base) => {
      if (base === '') return index;
      const body = index.body.replace(/ (href|src)="(?!data:|#)/g, ` $1="${base}`);
      return { ...index, body, tag: entityTag(body) };
    },
    file: (name) => files.get(name),
  };
}
