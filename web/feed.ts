/** The newest events, newest first. */
import type { FeedEntry } from '../pipeline/core/snapshot';
import { createElement, elementById, setForeignText, setText, syncChildren } from './elements';
import { formatSecond } from './format';

function makeEntry(): Element {
  const entry = createElement('li');
  const what = createElement('span', 'what');
  what.append(createElement('span', 'name'), createElement('span', 'from'));
  entry.append(createElement('time'), what);
  return entry;
}

function showEntry(element: Element, entry: FeedEntry): void {
  const time = element.querySelector('time');
  const name = element.querySelector<HTMLElement>('.name');
  const from = element.querySelector<HTMLElement>('.from');
  if (time === null || name === null || from === null) return;
  setText(time, formatSecond(Date.parse(entry.at)));
  time.dateTime = entry.at;
  name.classList.toggle('track', entry.type === 'track');
  setForeignText(name, (entry.type === 'track' ? entry.event : entry.path) ?? '');
  const origin = [entry.referrer, entry.country, entry.device, entry.browser];
  setForeignText(from, origin.filter((part) => part !== undefined).join(' · '));
}

export function showFeed(feed: readonly FeedEntry[]): void {
  const entries = syncChildren(elementById('feed'), feed.length, makeEntry);
  feed.forEach((entry, index) => {
    const element = entries[index];
    if (element !== undefined) showEntry(element, entry);
  });
}
