/** From a logged page view to the canonical event (docs/events.md), enriched as the edge does it. */

import { campaignOf } from '../../enrich/campaign';
import { cleanReferrer } from '../../enrich/referrer';
import { describeClient } from '../../enrich/user-agent';
import type { IdentifyVisitor } from '../../enrich/visitor';
import { urlCharsMax } from '../../pipeline/core/limits';
import { hostOf } from '../../pipeline/core/url';
import type { LineOutcome } from './line-outcome';
import type { LoggedRequest } from './logged-request';

export interface EventIdentity {
  readonly siteId: string;
  readonly messageId: string;
  /** The site's own host where the log does not say it. */
  readonly host: string | undefined;
  /** Added to the time of each line. */
  readonly shiftMs: number;
  readonly identifyVisitor: IdentifyVisitor;
}

const library = { name: 'clickstream-replay', version: '1' };

export function requestEvent(request: LoggedRequest, identity: EventIdentity): LineOutcome {
  const { siteId, messageId, shiftMs } = identity;
  const { path, query, userAgent, address } = request;
  const host = identity.host ?? request.host;
  const anonymousId = identity.identifyVisitor(siteId, address, userAgent ?? '');
  const traits = userAgent === undefined ? {} : describeClient(userAgent);
  const timeMs = request.timeMs + shiftMs;
  const referrer = cleanReferrer(request.referrer);
  const campaign = campaignOf(query);
  const url = host === undefined ? undefined : `https://${host}${path}`;
  const value = JSON.stringify({
    v: 1,
    messageId,
    type: 'page',
    siteId,
    anonymousId,
    timestamp: new Date(timeMs).toISOString(),
    properties: {
      path,
      // Without a query: it may hold what is private, and what is counted of it is in the campaign.
      ...(url !== undefined && url.length <= urlCharsMax && hostOf(url) !== undefined ? { url } : {}),
      ...(referrer === undefined ? {} : { referrer }),
    },
    context: { ...traits, ...(campaign === undefined ? {} : { campaign }), library },
  });
  return {
    kind: 'sent',
    as: traits.bot ? 'bots' : 'views',
    timeMs,
    event: { siteId, anonymousId, value },
  };
}
