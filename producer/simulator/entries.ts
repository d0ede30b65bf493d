/** How sessions begin: by a search engine, a link or directly, by a campaign that runs, or because of the news. */
import { SECOND_MS } from '../../pipeline/core/limits';
import { CAMPAIGNS, type Campaign, campaignShare } from './campaigns';
import { NEWS_REFERRERS, REFERRERS } from './catalogue';
import { type Random, weightedPick } from './random';
import { spikeArticle } from './spike';

export interface Entry {
  readonly referrer: string | undefined;
  /** Path of the first page; undefined: any, by its popularity. */
  readonly landing: string | undefined;
  /** `,"campaign":{…}`, or nothing. Made once, because it is written with every event of the session. */
  readonly campaignJson: string;
  /** `,"channel":"…"`, of the session's first view. */
  readonly channelJson: string;
  readonly isNews: boolean;
}

const searchEngines = /google|bing|duckduckgo/;
const socialSites = /reddit|t\.co|facebook|linkedin|ycombinator/;
const channelOfMedium: Readonly<Record<string, string>> = { cpc: 'paid', email: 'email', social: 'social' };

/** As the edge groups what the catalogue holds. */
function channelOf(referrer: string | undefined, campaign: Campaign | undefined): string {
  if (campaign !== undefined) return channelOfMedium[campaign.medium] ?? 'campaign';
  if (referrer === undefined) return 'direct';
  if (socialSites.test(referrer)) return 'social';
  return searchEngines.test(referrer) ? 'search' : 'referral';
}

function entry(referrer: string | undefined, landing?: string, campaign?: Campaign): Entry {
  const campaignJson = campaign === undefined ? '' : `,"campaign":${JSON.stringify(campaign)}`;
  const channelJson = `,"channel":"${channelOf(referrer, campaign)}"`;
  return { referrer, landing, campaignJson, channelJson, isNews: false };
}

const pickUsual = weightedPick(REFERRERS.map(([referrer, weight]) => [entry(referrer), weight] as const));
const pickNews = weightedPick(
  NEWS_REFERRERS.map(([referrer, weight]) => {
    return [{ ...entry(referrer, spikeArticle), isNews: true }, weight] as const;
  }),
);
const byCampaign = CAMPAIGNS.map(({ campaign, referrer, landing }) => entry(referrer, landing, campaign));

export class Entries {
  private second = Number.NaN;
  private shares: readonly number[] = [];

  /** `newsShare`: of the sessions that begin now, 0 to 1. */
  pick(nowMs: number, newsShare: number, random: Random): Entry {
    if (newsShare > 0 && random() < newsShare) return pickNews(random);
    const second = Math.floor(nowMs / SECOND_MS);
    if (second !== this.second) {
      this.second = second;
      this.shares = CAMPAIGNS.map((scheduled) => campaignShare(scheduled, nowMs));
    }
    let left = random();
    for (let i = 0; i < byCampaign.length; i += 1) {
      left -= this.shares[i] as number;
      if (left < 0) return byCampaign[i] as Entry;
    }
    return pickUsual(random);
  }
}
