/** Where simulated visitors come from and what they do, with weights that resemble public statistics. */
import type { Weighted } from './random';

/**
 * Crawlers and programs, by the headers that they send (their operators' documentation). That they are bots is not said here:
 * the edge finds out.
 */
export const BOT_USER_AGENTS: Weighted<string> = [
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 25],
  [
    'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.135 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    15,
  ],
  ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 20],
  [
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
    12,
  ],
  ['Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)', 10],
  ['Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)', 8],
  ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 4],
  ['curl/8.5.0', 3],
  ['python-requests/2.32.3', 3],
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

/** Where sessions come from that no campaign brought; undefined: directly. */
export const REFERRERS: Weighted<string | undefined> = [
  [undefined, 41],
  ['https://www.google.com/', 29],
  ['https://www.bing.com/search', 6],
  ['https://news.ycombinator.com/item?id=8863', 6],
  ['https://duckduckgo.com/', 5],
  ['https://www.reddit.com/r/programming/', 5],
  ['https://github.com/', 4],
  ['https://t.co/x', 4],
];

/** Where an article in the news is read from: a news site first, then those who pass it on. */
export const NEWS_REFERRERS: Weighted<string | undefined> = [
  ['https://news.google.com/', 40],
  ['https://t.co/y', 22],
  ['https://www.reddit.com/r/news/', 15],
  ['https://www.linkedin.com/feed/', 8],
  ['https://m.facebook.com/', 8],
  [undefined, 7],
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
