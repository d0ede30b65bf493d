/** The pages of a simulated site and the links between them; popularity falls with rank as Zipf's law says. */
import { pagePaths } from './catalogue';
import { type Random, weightedPick } from './random';

export interface Page {
  readonly path: string;
  readonly url: string;
  /** `"url":…,"path":…,"title":…`, made once, because it is written with every view. */
  readonly json: string;
  /** Pages that it links to, the likelier ones more than once. */
  readonly links: readonly number[];
}

export interface SiteMap {
  readonly siteId: string;
  readonly pages: readonly Page[];
  /** Where a session begins, and where a visitor goes who follows no link. */
  readonly pickPage: (random: Random) => number;
  /** Number of the page with that path; undefined: there is none. */
  readonly pageAt: (path: string) => number | undefined;
}

const zipfExponent = 1.1;
const linksPerPage = 8;

export function drawSiteMap(siteId: string, random: Random): SiteMap {
  const paths = pagePaths();
  const pickPage = weightedPick(paths.map((_, rank) => [rank, 1 / (rank + 1) ** zipfExponent] as const));
  const pages = paths.map((path): Page => {
    const url = `https://${siteId}.example${path}`;
    const title = path === '/' ? 'Home' : (path.split('/').at(-1) ?? path).replaceAll('-', ' ');
    const json = JSON.stringify({ url, path, title }).slice(1, -1);
    return { path, url, json, links: Array.from({ length: linksPerPage }, () => pickPage(random)) };
  });
  const numbers = new Map(paths.map((path, number) => [path, number]));
  return { siteId, pages, pickPage, pageAt: (path) => numbers.get(path) };
}
