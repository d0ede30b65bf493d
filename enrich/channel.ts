/**
 * The channel that brought a visit: one of a closed list, from campaign, click id and referrer. What was paid for or sent is told by the
 * link itself and goes before the referrer, which only tells where the link stood.
 */
import { hostOf } from '../pipeline/core/url';
import type { Campaign } from './campaign';
import { siteGroup } from './source-sites';

export const CHANNELS = [
  'direct',
  'internal',
  'search',
  'social',
  'video',
  'email',
  'ai',
  'paid',
  'campaign',
  'referral',
] as const;

export type Channel = (typeof CHANNELS)[number];

export interface Arrival {
  /** Of the page, as it came, without the question mark. */
  readonly query: string;
  readonly campaign: Campaign | undefined;
  readonly referrer: string | undefined;
  /** Of the site itself, without `www.`. */
  readonly ownHost: string | undefined;
}

/** Sold by the click. Facebook's and Instagram's stand on every link that leaves them, and say nothing. */
const paidClick =
  /(?:^|&)(?:gclid|gbraid|wbraid|dclid|msclkid|ttclid|twclid|li_fat_id|yclid|rdt_cid|sccid)=/i;
/** `utm_medium`, by what it says. Google Analytics' default channel groups have the same words. */
const mediums: readonly (readonly [RegExp, Channel])[] = [
  [/^(?:.*cp.?|ppc|retargeting|paid.*|display|banner|interstitial|expandable|cpm)$/i, 'paid'],
  [/e-?mail|newsletter/i, 'email'],
  [/^(?:organic|search)$/i, 'search'],
  [/^(?:social|social[-_ ]?(?:network|media)|sm)$/i, 'social'],
  [/video/i, 'video'],
  [/^ai(?:[-_ ].*)?$/i, 'ai'],
];
const mailSource = /e-?mail|newsletter/i;

function ofCampaign({ source, medium }: Campaign): Channel {
  for (const [pattern, channel] of mediums) if (medium !== undefined && pattern.test(medium)) return channel;
  if (source === undefined) return 'campaign';
  if (mailSource.test(source)) return 'email';
  // `utm_source=google`, `utm_source=facebook.com`.
  const host = source.toLowerCase();
  return siteGroup(host) ?? siteGroup(`${host}.com`) ?? 'campaign';
}

function isOwn(host: string, ownHost: string): boolean {
  return host === ownHost || host.endsWith(`.${ownHost}`) || ownHost.endsWith(`.${host}`);
}

export function channelOf({ query, campaign, referrer, ownHost }: Arrival): Channel {
  if (paidClick.test(query)) return 'paid';
  if (campaign !== undefined) return ofCampaign(campaign);
  if (referrer === undefined) return 'direct';
  const host = hostOf(referrer);
  // A referrer that is only a path is the site's own.
  if (host === undefined) return referrer.startsWith('/') ? 'internal' : 'direct';
  if (ownHost !== undefined && isOwn(host, ownHost)) return 'internal';
  return siteGroup(host) ?? 'referral';
}
