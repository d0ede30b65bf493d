/** A simulated visitor in a session. What does not change from view to view is turned into JSON once. */
import { visitorPartition } from '../../pipeline/core/partition';
import { BOTS, CLIENTS, ENTRIES, PLACES } from './catalogue';
import { integerBetween, type Random, weightedPick } from './random';
import type { SiteMap } from './site-map';

export interface Person {
  readonly site: SiteMap;
  readonly anonymousId: string;
  readonly key: string;
  readonly partition: number;
  readonly isBot: boolean;
  /** Browser, device, system and place, without braces. */
  readonly traitsJson: string;
}

export interface Session {
  readonly person: Person;
  /** `"context":{…}`. */
  readonly contextJson: string;
  /** Where the session came from; written with its first view. */
  readonly referrer: string | undefined;
  page: number;
  /** undefined until the first view. */
  cameFrom: string | undefined;
  viewsLeft: number;
  hasBegun: boolean;
}

export const botShare = 0.04;
const libraryJson = '"library":{"name":"clickstream-simulator","version":"1"}';

const pickClient = weightedPick(CLIENTS);
const pickBot = weightedPick(BOTS);
const pickPlace = weightedPick(PLACES);
const pickEntry = weightedPick(ENTRIES);
/** Views of a session: many bounce, few read on. */
const pickViews = weightedPick([
  [1, 42],
  [2, 18],
  [3, 12],
  [5, 14],
  [8, 9],
  [15, 5],
] as const);

export function drawPerson(site: SiteMap, anonymousId: string, partitions: number, random: Random): Person {
  const isBot = random() < botShare;
  const traits = {
    ...(isBot ? { bot: pickBot(random), device: 'desktop' } : pickClient(random)),
    ...pickPlace(random),
  };
  return {
    site,
    anonymousId,
    key: `${site.siteId}:${anonymousId}`,
    partition: visitorPartition(site.siteId, anonymousId, partitions),
    isBot,
    traitsJson: JSON.stringify(traits).slice(1, -1),
  };
}

export function beginSession(person: Person, random: Random): Session {
  const entry = pickEntry(random);
  const campaignJson = entry.campaign === undefined ? '' : `,"campaign":${JSON.stringify(entry.campaign)}`;
  return {
    person,
    contextJson: `"context":{${person.traitsJson}${campaignJson},${libraryJson}}`,
    referrer: entry.referrer,
    page: person.site.pickPage(random),
    cameFrom: undefined,
    viewsLeft: pickViews(random),
    hasBegun: false,
  };
}

const followsLinkShare = 0.75;

/** Goes to the next page; the first view stays on the page of entry. */
export function moveOn(session: Session, random: Random): void {
  if (!session.hasBegun) {
    session.hasBegun = true;
    session.cameFrom = session.referrer;
    return;
  }
  const { pages, pickPage } = session.person.site;
  const here = pages[session.page];
  session.cameFrom = here?.url;
  const links = here?.links ?? [];
  const linked = random() < followsLinkShare ? links[integerBetween(random, 0, links.length - 1)] : undefined;
  session.page = linked ?? pickPage(random);
}
