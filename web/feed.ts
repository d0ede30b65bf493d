/** The newest events, newest first; the list can be held still and narrowed down. */
import type { FeedEntry } from '../pipeline/core/snapshot';
import {
  createElement,
  elementById,
  namedText,
  setAttribute,
  setForeignText,
  setHidden,
  setText,
  syncChildren,
} from './elements';
import { type FeedFilter, filterFeed, NO_FILTER } from './feed-filter';
import type { ZoneClock } from './zone-clock';

let filter: FeedFilter = NO_FILTER;
let isHeld = false;
let newest: readonly FeedEntry[] = [];
let shown: readonly FeedEntry[] = [];
let clock: ZoneClock | undefined;

function makeEntry(): Element {
  const entry = createElement('li');
  const what = createElement('span', 'what');
  what.append(createElement('span', 'name'), createElement('span', 'from'));
  entry.append(createElement('time'), what);
  return entry;
}

function showEntry(element: Element, entry: FeedEntry, at: string): void {
  const time = element.querySelector('time');
  const name = element.querySelector<HTMLElement>('.name');
  const from = element.querySelector<HTMLElement>('.from');
  if (time === null || name === null || from === null) return;
  setText(time, at);
  time.dateTime = entry.at;
  name.classList.toggle('track', entry.type === 'track');
  setForeignText(name, namedText((entry.type === 'track' ? entry.event : entry.path) ?? ''));
  const origin = [entry.referrer, entry.country, entry.device, entry.browser];
  setForeignText(from, origin.filter((part) => part !== undefined).join(' · '));
}

function render(): void {
  const { second } = clock ?? { second: () => '' };
  const entries = syncChildren(elementById('feed'), shown.length, makeEntry);
  shown.forEach((entry, index) => {
    const element = entries[index];
    if (element !== undefined) showEntry(element, entry, second(Date.parse(entry.at)));
  });
  const isFiltered = filter.text.trim() !== '' || filter.type !== 'all';
  const none = isFiltered ? 'None of the events seen so far matches.' : 'No events yet.';
  setText(elementById('feed-none'), shown.length === 0 ? none : '');
  setHidden(elementById('feed-none'), shown.length > 0);
}

function refresh(before: readonly FeedEntry[]): void {
  if (!isHeld) shown = filterFeed(newest, filter, before);
  render();
}

function hold(isWanted: boolean): void {
  isHeld = isWanted;
  const button = elementById('feed-hold');
  setAttribute(button, 'aria-pressed', String(isHeld));
  setText(button, isHeld ? 'Go on' : 'Hold');
  refresh(shown);
}

/** Once. */
export function makeFeed(): void {
  const text = elementById('feed-text') as HTMLInputElement;
  const type = elementById('feed-type') as HTMLSelectElement;
  const change = (): void => {
    filter = { text: text.value, type: type.value as FeedFilter['type'] };
    // A new filter looks at what is there, held or not, and forgets what another one let through.
    shown = filterFeed(newest, filter, shown);
    render();
  };
  text.addEventListener('input', change);
  type.addEventListener('change', change);
  elementById('feed-hold').addEventListener('click', () => hold(!isHeld));
}

export function showFeed(feed: readonly FeedEntry[], feedClock: ZoneClock): void {
  newest = feed;
  clock = feedClock;
  refresh(shown);
}

/** Another site's events begin from nothing. */
export function clearFeed(): void {
  shown = [];
  newest = [];
}
