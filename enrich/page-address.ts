/**
 * The page that an event is counted for, from whatever URL a client gives: one name for one page. A host in small letters; no final
 * slash, no index file; of the query nothing but the campaign's parameters (what else is there may be private, and would make
 * a page of its own of each), and what a site asks to keep. Click ids go always, whatever a site keeps.
 */
import { urlCharsMax } from '../pipeline/core/limits';

export interface PageRules {
  /** `keep`: paths are told apart by case, as the web has it. */
  readonly pathCase: 'keep' | 'lower';
  /** Parameters that tell pages apart; they are counted as part of the path. */
  readonly keepQuery: ReadonlySet<string>;
}

export interface PageAddress {
  /** Of http(s); undefined where only the path is known. */
  readonly url: string | undefined;
  /** What is counted. */
  readonly path: string;
  /** As it came, without the question mark: it names campaign and click. */
  readonly query: string;
}

/** One is put on a link for each click, by whoever sold it or carried it. */
export const CLICK_IDS: ReadonlySet<string> = new Set([
  'gclid',
  'gclsrc',
  'dclid',
  'gbraid',
  'wbraid',
  'msclkid',
  'fbclid',
  'ttclid',
  'twclid',
  'li_fat_id',
  'igshid',
  'igsh',
  'yclid',
  'ysclid',
  'epik',
  'rdt_cid',
  'sccid',
  'srsltid',
  'mc_cid',
  'mc_eid',
  '_hsenc',
  '_hsmi',
  'vero_id',
  'oly_anon_id',
  'oly_enc_id',
  's_cid',
  'irclickid',
  '_openstat',
  'wickedid',
]);

const addressPattern = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#@]*@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i;
const relativePattern = /^(\/[^?#]*)(?:\?([^#]*))?(?:#(.*))?$/;
const indexFile = /\/(?:index|default)\.(?:html?|xhtml|php|aspx?|jsp)$/i;
/** What DNS allows, and a port. */
const hostCharsMax = 260;

interface Parts {
  readonly scheme: string | undefined;
  readonly host: string | undefined;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

function partsOf(url: string): Parts | undefined {
  const [, scheme, host = '', path = '', query = '', fragment = ''] = addressPattern.exec(url) ?? [];
  if (scheme !== undefined)
    return host.length > hostCharsMax
      ? undefined
      : { scheme: scheme.toLowerCase(), host: host.toLowerCase(), path, query, fragment };
  const [, own, ownQuery = '', ownFragment = ''] = relativePattern.exec(url) ?? [];
  if (own === undefined) return undefined;
  return { scheme: undefined, host: undefined, path: own, query: ownQuery, fragment: ownFragment };
}

/** `/a/index.html` and `/a/` are `/a`; the root stays. */
export function plainPath(path: string, pathCase: PageRules['pathCase']): string {
  const short = path.replace(indexFile, '/').replace(/\/+$/, '') || '/';
  return pathCase === 'lower' ? short.toLowerCase() : short;
}

function kept(query: string, isKept: (name: string) => boolean): string {
  if (query === '') return '';
  const left = query.split('&').filter((pair) => {
    const name = nameOf(pair);
    return !CLICK_IDS.has(name) && isKept(name);
  });
  return left.length === 0 ? '' : `?${left.join('&')}`;
}

function nameOf(pair: string): string {
  const end = pair.indexOf('=');
  const name = end === -1 ? pair : pair.slice(0, end);
  if (!name.includes('%')) return name.toLowerCase();
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}

const isCampaign = (name: string): boolean => name.startsWith('utm_');

/** A route behind `#`, as single-page applications without a server's help have it. */
function routeOf(fragment: string): string {
  const route = /^!?\/[^?#]*/.exec(fragment)?.[0];
  return route === undefined ? '' : `#${route.length > 1 ? route.replace(/\/+$/, '') : route}`;
}

/** `path`: given by the client beside its URL, counts instead of it. undefined: no page can be read out of it, or it is too long. */
export function pageAddress(
  told: {
    readonly url: string | undefined;
    readonly path: string | undefined;
    readonly isHashRouted: boolean;
  },
  rules: PageRules,
): PageAddress | undefined {
  const parts = partsOf(told.url ?? told.path ?? '');
  if (parts === undefined) return undefined;
  const { scheme, host, query } = parts;
  const own = told.path === undefined ? parts.path : (partsOf(told.path)?.path ?? `/${told.path}`);
  const route = told.isHashRouted ? routeOf(parts.fragment) : '';
  const path =
    plainPath(own === '' ? '/' : own, rules.pathCase) +
    (rules.keepQuery.size === 0 ? '' : kept(query, (name) => rules.keepQuery.has(name))) +
    route;
  if (path.length > urlCharsMax) return undefined;
  const all = kept(query, (name) => isCampaign(name) || rules.keepQuery.has(name));
  const isWeb = (scheme === 'http' || scheme === 'https') && host !== '';
  const url = `${scheme}://${host}${plainPath(parts.path || '/', rules.pathCase)}${all}`;
  return { url: isWeb && url.length <= urlCharsMax ? url : undefined, path, query };
}
