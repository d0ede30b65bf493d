/**
 * A simulated visitor. Everything about one follows from a number and the seed, so that visitors who come again after days
 * need not be remembered. What an event says of the client is what the edge makes of its User-Agent header.
 */

import { describeClient } from '../../enrich/user-agent';
import { visitorPartition } from '../../pipeline/core/partition';
import { BOT_USER_AGENTS, PLACES } from './catalogue';
import { type Random, seededRandom, weightedPick } from './random';
import type { SiteMap } from './site-map';
import headers from './user-agents.json';

export interface Visitor {
  readonly site: SiteMap;
  readonly anonymousId: string;
  readonly key: string;
  readonly partition: number;
  readonly isBot: boolean;
  /** `"browser":…,"device":…,"os":…,`, or `"bot":true,`; empty where the header tells nothing. */
  readonly clientJson: string;
  /** `"country":…,"locale":…,`, or empty. */
  readonly placeJson: string;
}

export interface Crowd {
  readonly seed: number;
  /** Begins the name of each visitor. */
  readonly idPrefix: string;
  readonly partitions: number;
  readonly pickSite: (random: Random) => SiteMap;
  /** The header is told as well, for an edge that makes of it what an event says of the client. */
  readonly tellsUserAgent: boolean;
}

/** Of all visitors; a bot reads as many pages as a person. */
export const botShare = 0.04;
/** Spreads consecutive numbers over all seeds (the golden ratio of 32 bits). */
const spread = 0x9e3779b9;

const pickHeader = weightedPick(Object.entries(headers));
const pickBotHeader = weightedPick(BOT_USER_AGENTS);
const pickPlace = weightedPick(PLACES.map(([place, weight]) => [fieldsOf(place ?? {}), weight] as const));
/** As long as the lists of headers, so bounded. */
const clients = new Map<
  string,
  { readonly isBot: boolean; readonly json: string; readonly headerJson: string }
>();

/** The JSON of an object without its braces, with a comma behind each field. */
function fieldsOf(value: object): string {
  return Object.keys(value).length === 0 ? '' : `${JSON.stringify(value).slice(1, -1)},`;
}

function clientOf(header: string) {
  let client = clients.get(header);
  if (client === undefined) {
    const traits = describeClient(header);
    client = {
      isBot: traits.bot === true,
      json: fieldsOf(traits),
      headerJson: fieldsOf({ userAgent: header }),
    };
    clients.set(header, client);
  }
  return client;
}

/** `number`: from 1. */
export function visitorOf(number: number, crowd: Crowd): Visitor {
  const random = seededRandom(crowd.seed ^ Math.imul(number, spread));
  const site = crowd.pickSite(random);
  const client = clientOf(random() < botShare ? pickBotHeader(random) : pickHeader(random));
  const anonymousId = `v-${crowd.idPrefix}-${number.toString(36)}`;
  return {
    site,
    anonymousId,
    key: `${site.siteId}:${anonymousId}`,
    partition: visitorPartition(site.siteId, anonymousId, crowd.partitions),
    isBot: client.isBot,
    clientJson: crowd.tellsUserAgent ? client.headerJson + client.json : client.json,
    placeJson: pickPlace(random),
  };
}
