/** What a visitor does from entering to leaving: pages, the time on each, and now and then something worth an event. */
import type { Entry } from './entries';
import { integerBetween, normalLike, type Random, weightedPick } from './random';
import type { Visitor } from './visitor';

export interface Session {
  readonly visitor: Visitor;
  readonly entry: Entry;
  page: number;
  /** Where the page was reached from: the referrer at first, then pages of the site. */
  cameFrom: string | undefined;
  viewsLeft: number;
  /** What comes next; a custom event, or an engagement, belongs to the page that is being read. */
  step: 'enter' | 'view' | 'event' | 'engagement';
}

type Views = readonly (readonly [views: number, weight: number])[];
/** About four in ten bounce, few read on. */
const VIEWS: Views = [
  [1, 41],
  [2, 19],
  [3, 12],
  [5, 14],
  [8, 9],
  [15, 5],
];
/** Who comes for an article that is in the news reads it and goes. */
const NEWS_VIEWS: Views = [
  [1, 70],
  [2, 18],
  [3, 8],
  [5, 4],
];

function meanOf(views: Views): number {
  const weights = views.reduce((sum, [, weight]) => sum + weight, 0);
  return views.reduce((sum, [count, weight]) => sum + count * weight, 0) / weights;
}

export const viewsMean = meanOf(VIEWS);
export const newsViewsMean = meanOf(NEWS_VIEWS);
const pickViews = weightedPick(VIEWS);
const pickNewsViews = weightedPick(NEWS_VIEWS);

/** Custom events a person's page view; bots make none. */
const eventsPerView = 0.0915;
const followsLinkShare = 0.75;

/** Log-normal: half of the pages are read for less than this, few for minutes. With these the mean is 45 s, the most 11 min. */
const thinkMedianMs = 30_000;
const thinkSpread = 0.9;
/** Mean of the above; a test holds it. */
export const thinkMeanMs = 44_600;

export function drawThinkMs(random: Random): number {
  return Math.round(thinkMedianMs * Math.exp(thinkSpread * normalLike(random)));
}

export function enterSite(visitor: Visitor, entry: Entry, random: Random): Session {
  const { site } = visitor;
  const landing = entry.landing === undefined ? undefined : site.pageAt(entry.landing);
  return {
    visitor,
    entry,
    page: landing ?? site.pickPage(random),
    cameFrom: entry.referrer,
    viewsLeft: entry.isNews ? pickNewsViews(random) : pickViews(random),
    step: 'enter',
  };
}

/** Does the step that is due: goes to the next page, where it is a view. Answers what is told of it. */
export function takeStep(session: Session, random: Random): 'view' | 'event' | 'engagement' {
  if (session.step === 'event' || session.step === 'engagement') return session.step;
  if (session.step === 'view') moveOn(session, random);
  session.viewsLeft -= 1;
  return 'view';
}

/** Decides what comes after the step that was taken; false: the visitor leaves. `engagementsPerView`: of people. */
export function planStep(session: Session, random: Random, engagementsPerView: number): boolean {
  const mayAct = (session.step === 'view' || session.step === 'enter') && !session.visitor.isBot;
  const draw = mayAct ? random() : 1;
  if (draw < eventsPerView) session.step = 'event';
  else session.step = draw < eventsPerView + engagementsPerView ? 'engagement' : 'view';
  return session.step !== 'view' || session.viewsLeft > 0;
}

function moveOn(session: Session, random: Random): void {
  const { pages, pickPage } = session.visitor.site;
  const here = pages[session.page];
  session.cameFrom = here?.url;
  const links = here?.links ?? [];
  const linked = random() < followsLinkShare ? links[integerBetween(random, 0, links.length - 1)] : undefined;
  session.page = linked ?? pickPage(random);
}
