/** The parts of an event that many events have in common: out of `properties` and `context`, as they are parsed. */
import type { EventContext, EventPage, EventType } from './event';
import { urlCharsMax } from './limits';
import { hostOf, pathOf } from './url';
import { type Fields, fieldsOf, label, Rejected } from './wire-fields';

/** A URL, path or referrer that may be absent, within its limit. */
function optionalUrl(parent: Fields, name: string): string | undefined {
  const value = parent[name];
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length > urlCharsMax) throw new Rejected('field_too_long', name);
  return value.toWellFormed();
}

/** Throws Rejected. */
export function pageOf(type: EventType, properties: Fields): EventPage {
  const url = optionalUrl(properties, 'url');
  const path = optionalUrl(properties, 'path') ?? (url === undefined ? undefined : pathOf(url));
  if (type !== 'track' && path === undefined) throw new Rejected('missing_field', 'path');
  const referrer = optionalUrl(properties, 'referrer');
  const host = referrer === undefined ? undefined : hostOf(referrer);
  return { path, referrerHost: url !== undefined && host === hostOf(url) ? undefined : label(host) };
}

export function contextOf(context: Fields): EventContext {
  const campaign = fieldsOf(context, 'campaign');
  const { bot } = context;
  return {
    channel: label(context.channel),
    source: label(campaign.source),
    campaign: label(campaign.name),
    browser: label(context.browser),
    device: label(context.device),
    os: label(context.os),
    country: label(context.country),
    isBot: bot === true || (typeof bot === 'string' && bot !== ''),
  };
}
