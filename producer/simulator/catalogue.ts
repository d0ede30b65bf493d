/** What simulated visitors look like, with weights that resemble public statistics. Names are those an edge would write. */
import type { Weighted } from './random';

export interface Client {
  readonly browser: string;
  readonly device: string;
  readonly os: string;
}

export const CLIENTS: Weighted<Client> = [
  [{ browser: 'Chrome', device: 'mobile', os: 'Android' }, 34],
  [{ browser: 'Chrome', device: 'desktop', os: 'Windows' }, 22],
  [{ browser: 'Safari', device: 'mobile', os: 'iOS' }, 17],
  [{ browser: 'Chrome', device: 'desktop', os: 'macOS' }, 6],
  [{ browser: 'Safari', device: 'desktop', os: 'macOS' }, 5],
  [{ browser: 'Edge', device: 'desktop', os: 'Windows' }, 5],
  [{ browser: 'Samsung Internet', device: 'mobile', os: 'Android' }, 4],
  [{ browser: 'Firefox', device: 'desktop', os: 'Windows' }, 2],
  [{ browser: 'Safari', device: 'tablet', os: 'iOS' }, 2],
  [{ browser: 'Firefox', device: 'desktop', os: 'Linux' }, 1],
  [{ browser: 'Opera', device: 'mobile', os: 'Android' }, 1],
  [{ browser: 'Chrome', device: 'tablet', os: 'Android' }, 1],
];

export const BOTS: Weighted<string> = [
  ['Googlebot', 40],
  ['bingbot', 20],
  ['AhrefsBot', 12],
  ['GPTBot', 12],
  ['UptimeRobot', 10],
  ['curl', 6],
];

/** Country and locale; undefined: an edge that does not know. */
export const PLACES: Weighted<{ readonly country: string; readonly locale: string } | undefined> = [
  [undefined, 30],
  [{ country: 'US', locale: 'en-US' }, 20],
  [{ country: 'DE', locale: 'de-DE' }, 12],
  [{ country: 'GB', locale: 'en-GB' }, 9],
  [{ country: 'IN', locale: 'en-IN' }, 7],
  [{ country: 'FR', locale: 'fr-FR' }, 6],
  [{ country: 'BR', locale: 'pt-BR' }, 5],
  [{ country: 'JP', locale: 'ja-JP' }, 4],
  [{ country: 'NL', locale: 'nl-NL' }, 3],
  [{ country: 'CH', locale: 'de-CH' }, 2],
  [{ country: 'PL', locale: 'pl-PL' }, 2],
];

export interface Entry {
  readonly referrer?: string;
  readonly campaign?: { readonly source: string; readonly medium: string; readonly name: string };
}

/** How a session begins. */
export const ENTRIES: Weighted<Entry> = [
  [{}, 38],
  [{ referrer: 'https://www.google.com/' }, 26],
  [{ referrer: 'https://news.ycombinator.com/item?id=8863' }, 6],
  [{ referrer: 'https://www.bing.com/search' }, 5],
  [{ referrer: 'https://duckduckgo.com/' }, 4],
  [{ referrer: 'https://www.reddit.com/r/programming/' }, 4],
  [{ referrer: 'https://github.com/' }, 3],
  [{ referrer: 'https://t.co/x' }, 2],
  [{ campaign: { source: 'newsletter', medium: 'email', name: 'weekly' } }, 5],
  [
    {
      referrer: 'https://www.google.com/',
      campaign: { source: 'google', medium: 'cpc', name: 'spring-sale' },
    },
    4,
  ],
  [
    {
      referrer: 'https://l.facebook.com/',
      campaign: { source: 'facebook', medium: 'social', name: 'launch' },
    },
    3,
  ],
];

export const EVENT_NAMES: Weighted<string> = [
  ['search', 30],
  ['add_to_cart', 24],
  ['sign_up', 12],
  ['purchase', 10],
  ['download', 9],
  ['video_play', 9],
  ['outbound_click', 6],
];

const SECTIONS = ['products', 'blog', 'docs', 'help', 'guides', 'stories'] as const;
const TOPICS = [
  'start',
  'price',
  'team',
  'scale',
  'speed',
  'safety',
  'export',
  'import',
  'search',
  'mobile',
] as const;

/** A few hundred paths, the most visited first. */
export function pagePaths(): readonly string[] {
  const paths = ['/', '/pricing', '/products', '/blog', '/docs', '/sign-up', '/about', '/contact'];
  for (let number = 1; number <= 5; number += 1) {
    for (const section of SECTIONS) {
      for (const topic of TOPICS) paths.push(`/${section}/${topic}-${number}`);
    }
  }
  return paths;
}
