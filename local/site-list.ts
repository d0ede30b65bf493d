/** Changes to the list of sites, as text: what `npm run sites` writes. */
import { parseSiteList, SiteListError, type SiteRow } from '../collector/known-sites';

const empty = '{"sites":[]}';

function written(rows: readonly SiteRow[]): string {
  const text = `${JSON.stringify({ sites: rows }, undefined, 2)}\n`;
  // What would be read again tells whether it may be written.
  parseSiteList(text);
  return text;
}

/** The hosts of its origins: what Plausible's trackers call a domain. */
function hostsOf(origins: readonly string[]): readonly string[] {
  const hosts = origins.map((origin) => /:\/\/(?:\*\.)?([^:]+)/.exec(origin)?.[1]);
  return [...new Set(hosts.filter((host) => host !== undefined))];
}

export function siteRow(
  site: Omit<SiteRow, 'keys'> & { readonly keys: readonly string[] },
  newKey: () => string,
): SiteRow {
  const keys = site.keys.length > 0 ? site.keys : [newKey()];
  const origins = site.origins.length > 0 ? site.origins : ['*'];
  return { ...site, origins, keys: [...new Set([...keys, ...hostsOf(origins)])] };
}

export function listedSites(text: string | undefined): readonly SiteRow[] {
  return parseSiteList(text ?? empty);
}

/** Throws SiteListError where there is one of the name, or a key is that of another site. */
export function withSite(text: string | undefined, row: SiteRow): string {
  const rows = listedSites(text);
  if (rows.some(({ name }) => name === row.name))
    throw new SiteListError(`there is a site ${row.name} already: remove it first, or choose another name`);
  return written([...rows, row]);
}

/** Throws SiteListError where there is none of the name. */
export function withoutSite(text: string | undefined, name: string): string {
  const rows = listedSites(text);
  if (!rows.some((row) => row.name === name))
    throw new SiteListError(
      `no site ${name}; there are: ${rows.map((row) => row.name).join(', ') || 'none'}`,
    );
  return written(rows.filter((row) => row.name !== name));
}
