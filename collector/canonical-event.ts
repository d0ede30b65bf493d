/** From what a client told, and what its request shows, to the canonical event (docs/events.md). Nothing of address and user agent is left. */
import { createHash, createHmac } from 'node:crypto';
import { type Campaign, campaignOf } from '../enrich/campaign';
import { channelOf } from '../enrich/channel';
import { type PageAddress, pageAddress } from '../enrich/page-address';
import { cleanReferrer } from '../enrich/referrer';
import { type ClientTraits, describeClient } from '../enrich/user-agent';
import type { EdgeEvent, ToldCampaign } from '../pipeline/core/dialects/edge-event';
import { correctedTime } from '../pipeline/core/dialects/event-time';
import type { EdgeReason } from '../pipeline/core/edge-reason';
import {
  eventBytesMax,
  eventNameCharsMax,
  messageIdBytesMax,
  visitorIdCharsMax,
} from '../pipeline/core/limits';
import { hostOf } from '../pipeline/core/url';
import type { KnownSite } from './known-sites';

/** What the request shows beside its body. */
export interface Circumstances {
  readonly site: KnownSite;
  readonly receivedAtMs: number;
  readonly sentAtMs: number | undefined;
  /** Of whoever sent it: a visitor, or a server that tells of its visitors. */
  readonly peer: { readonly address: string; readonly userAgent: string };
  readonly isFromServer: boolean;
  readonly country: string | undefined;
}

export interface EventMaking {
  readonly newMessageId: () => string;
  /** undefined: the day's salt is not known yet. */
  readonly identifyVisitor: (siteId: string, address: string, userAgent: string) => string | undefined;
}

export type MadeEvent =
  | {
      readonly kind: 'made';
      readonly siteId: string;
      readonly anonymousId: string;
      readonly isBot: boolean;
      /** It had some that cannot be counted. */
      readonly isWithoutRevenue: boolean;
      readonly value: string;
    }
  | { readonly kind: 'refused'; readonly reason: EdgeReason; readonly field?: string };

const idBytes = 16;

function refuse(field: string): MadeEvent {
  return { kind: 'refused', reason: 'bad_event', field };
}

/** An id that would say too much, or is too long, as one that only tells it from others. */
function hashed(key: string | undefined, ...parts: readonly string[]): string {
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  return hash.update(parts.join('\0')).digest().subarray(0, idBytes).toString('base64url');
}

function visitorOf(
  event: EdgeEvent,
  { site, peer, isFromServer }: Circumstances,
  making: EventMaking,
): string | undefined {
  const { anonymousId, userId } = event;
  if (anonymousId !== undefined)
    return anonymousId.length <= visitorIdCharsMax ? anonymousId : hashed(undefined, site.name, anonymousId);
  // Who is signed in may be an e-mail address: it goes no further than here.
  if (userId !== undefined) return hashed(site.userKey, site.name, userId);
  const address = (isFromServer ? event.address : undefined) ?? peer.address;
  const userAgent = (isFromServer ? event.userAgent : undefined) ?? peer.userAgent;
  return making.identifyVisitor(site.name, address, userAgent);
}

/** A server's own user agent says nothing of its visitors. */
function traitsOf(event: EdgeEvent, { peer, isFromServer }: Circumstances): ClientTraits {
  if (!isFromServer) return describeClient(peer.userAgent);
  return event.userAgent === undefined ? {} : describeClient(event.userAgent);
}

/** What the URL says goes before what the client has read from it. */
function campaignFor(page: PageAddress | undefined, told: ToldCampaign | undefined): Campaign | undefined {
  const campaign = page === undefined ? undefined : campaignOf(page.query);
  if (campaign !== undefined || told === undefined) return campaign;
  const { source, medium, name } = told;
  return {
    ...(source === undefined ? {} : { source }),
    ...(medium === undefined ? {} : { medium }),
    ...(name === undefined ? {} : { name }),
  };
}

const links: ReadonlySet<string | undefined> = new Set(['Outbound Link: Click', 'File Download']);

/** Links that are counted by their address have none of the query that they were clicked with. */
function linkProps({ event, props }: EdgeEvent): EdgeEvent['props'] {
  if (props?.url === undefined || !links.has(event)) return props;
  return { ...props, url: props.url.split(/[?#]/, 1)[0] as string };
}

/** Absent parts are left out by JSON. */
function propertiesOf(event: EdgeEvent, page: PageAddress | undefined): object {
  return {
    url: page?.url,
    path: page?.path,
    referrer: cleanReferrer(event.referrer),
    title: event.title,
    props: linkProps(event),
    revenue: event.revenue === 'uncountable' ? undefined : event.revenue,
    engagedMs: event.engagedMs,
    scrolled: event.scrolled,
  };
}

function contextOf(
  event: EdgeEvent,
  page: PageAddress | undefined,
  traits: ClientTraits,
  circumstances: Circumstances,
): object {
  const campaign = campaignFor(page, event.campaign);
  const { referrer } = event;
  const ownHost = page?.url === undefined ? undefined : hostOf(page.url);
  const channel =
    event.type === 'page' ? channelOf({ query: page?.query ?? '', campaign, referrer, ownHost }) : undefined;
  const { country } = circumstances;
  const { browser, device, os, bot } = traits;
  // Named one by one: spreading costs as much as all the rest of it.
  return {
    browser,
    device,
    os,
    bot,
    country,
    locale: event.locale,
    campaign,
    channel,
    library: event.library,
  };
}

/** Limits that the consumer would reject an event by; a message id is counted in bytes. */
function faultOf(
  { type, event, messageId, url, path }: EdgeEvent,
  page: PageAddress | undefined,
): string | undefined {
  if (type !== 'track' && page === undefined) return 'url';
  // A page that cannot be read is no reason to lose a custom event that only happened there.
  if (type === 'track' && page === undefined && url === undefined && path !== undefined) return 'path';
  if (event !== undefined && event.length > eventNameCharsMax) return 'event';
  return messageId !== undefined && Buffer.byteLength(messageId) > messageIdBytesMax
    ? 'messageId'
    : undefined;
}

export function canonicalEvent(
  event: EdgeEvent,
  circumstances: Circumstances,
  making: EventMaking,
): MadeEvent {
  const { site, receivedAtMs, sentAtMs } = circumstances;
  const hasPage = event.url !== undefined || event.path !== undefined;
  const page = hasPage ? pageAddress(event, site) : undefined;
  const fault = faultOf(event, page);
  if (fault !== undefined) return refuse(fault);
  const anonymousId = visitorOf(event, circumstances, making);
  if (anonymousId === undefined) return { kind: 'refused', reason: 'overloaded' };
  const traits = traitsOf(event, circumstances);
  const value = JSON.stringify({
    v: 1,
    messageId: event.messageId ?? making.newMessageId(),
    type: event.type,
    event: event.event,
    siteId: site.name,
    anonymousId,
    timestamp: new Date(correctedTime(event.timeMs, sentAtMs, receivedAtMs)).toISOString(),
    receivedAt: new Date(receivedAtMs).toISOString(),
    properties: propertiesOf(event, page),
    context: contextOf(event, page, traits, circumstances),
  });
  // Not before all is cut: only many long values in a script of three bytes a letter come to so much.
  if (Buffer.byteLength(value) > eventBytesMax) return { kind: 'refused', reason: 'too_large' };
  return {
    kind: 'made',
    siteId: site.name,
    anonymousId,
    isBot: traits.bot === true,
    isWithoutRevenue: event.revenue === 'uncountable',
    value,
  };
}
