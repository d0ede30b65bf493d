/** The props of one event: a card for each of its keys, with the most frequent values. */
import type { EventProps } from '../pipeline/core/snapshot';
import { countBars, makeListCard, showBars } from './bar-table';
import { elementById, namedText, setForeignText, setHidden, setText, syncChildren } from './elements';
import { formatCount } from './format';

/** Names of events are visitors' text: one may be anything, and page views have none. */
const ofPageViews = 'page views';
let chosen: string | undefined;
let made = 0;

function choiceOf(event: string | null): string {
  return event === null ? '' : `=${event}`;
}

function selectElement(): HTMLSelectElement {
  return elementById('props-event') as HTMLSelectElement;
}

/** Where what was chosen has none in this window, another is shown until it has. */
export function pickProps(props: readonly EventProps[], wanted: string | undefined): EventProps | undefined {
  return props.find(({ event }) => choiceOf(event) === wanted) ?? props[0];
}

function showChoices(props: readonly EventProps[], shown: EventProps | undefined): void {
  const select = selectElement();
  const options = syncChildren(select, props.length, () => document.createElement('option'));
  props.forEach(({ event }, index) => {
    const option = options[index];
    if (!(option instanceof HTMLOptionElement)) return;
    setText(option, event === null ? ofPageViews : namedText(event));
    if (option.value !== choiceOf(event)) option.value = choiceOf(event);
  });
  const value = shown === undefined ? '' : choiceOf(shown.event);
  // A list that is open must not be set under the person's hand.
  if (document.activeElement !== select && select.value !== value) select.value = value;
}

function makeKey(): Element {
  made += 1;
  return makeListCard({ name: `prop-${made}`, title: '', column: '' });
}

function showKeys(props: EventProps | undefined): void {
  const keys = props?.keys ?? [];
  const cards = syncChildren(elementById('props-keys'), keys.length, makeKey);
  keys.forEach(({ key, count, values }, index) => {
    const [heading, column] = cards[index]?.querySelectorAll('h3, .column') ?? [];
    const body = cards[index]?.querySelector('tbody');
    if (!(heading instanceof HTMLElement) || column === undefined || !body) return;
    setForeignText(heading, namedText(key));
    setText(column, formatCount(count));
    showBars(body, countBars(values, count, 'events with it'));
  });
}

export function showEventProps(props: readonly EventProps[]): void {
  const shown = pickProps(props, chosen);
  setHidden(elementById('props-choice'), props.length === 0);
  setHidden(elementById('props-none'), props.length > 0);
  setHidden(elementById('props-keys'), props.length === 0);
  showChoices(props, shown);
  showKeys(shown);
}

/** Once. `onChoice`: shows the props anew. */
export function makeEventProps(onChoice: () => void): void {
  const select = selectElement();
  select.addEventListener('change', () => {
    chosen = select.value;
    onChoice();
  });
}
