/** What the person picks: site, window, what it is compared with, and the time zone. */
import type { SnapshotWindow } from '../pipeline/core/snapshot';
import { createElement, elementById, setText, syncChildren } from './elements';
import {
  type Compared,
  comparedSpan,
  type Selection,
  SPAN_NAMES,
  SPANS,
  WINDOW_NAMES,
  WINDOWS,
} from './selection';

export interface PickerOptions {
  readonly selection: Selection;
  readonly onChoice: (change: Partial<Selection>) => void;
}

function selectById(id: string): HTMLSelectElement {
  return elementById(id) as HTMLSelectElement;
}

function makeOption(value: string, text: string): HTMLOptionElement {
  const option = document.createElement('option');
  option.value = value;
  option.textContent = text;
  return option;
}

/** A radio group: the browser brings keys and meaning. */
function makeWindowPicker(chosen: SnapshotWindow, onChoice: PickerOptions['onChoice']): void {
  const picker = elementById('window');
  for (const window of WINDOWS) {
    const label = createElement('label');
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = 'window';
    input.value = window;
    input.checked = window === chosen;
    input.addEventListener('change', () => onChoice({ window }));
    label.title = `last ${WINDOW_NAMES[window]}`;
    label.append(input, createElement('span', '', window));
    picker.append(label);
  }
}

function makeZonePicker(zone: string | undefined, onChoice: PickerOptions['onChoice']): void {
  const select = selectById('zone');
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  const known = Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC' && name !== own);
  const others = zone === undefined || known.includes(zone) || zone === 'UTC' ? known : [zone, ...known];
  select.append(
    makeOption('', `${own} (yours)`),
    makeOption('UTC', 'UTC'),
    ...others.map((name) => makeOption(name, name)),
  );
  select.value = zone ?? '';
  select.addEventListener('change', () => onChoice({ zone: select.value || undefined }));
}

/** What the window offers; the picker is made anew with each window. */
export function showCompared(selection: Selection): void {
  const select = selectById('compare');
  const spans = SPANS[selection.window];
  select.replaceChildren(
    makeOption('none', 'no comparison'),
    ...spans.map((span) => makeOption(span, `vs ${SPAN_NAMES[span]}`)),
  );
  select.value = comparedSpan(selection) ?? 'none';
}

/** Once. */
export function makePickers({ selection, onChoice }: PickerOptions): void {
  makeWindowPicker(selection.window, onChoice);
  makeZonePicker(selection.zone, onChoice);
  showCompared(selection);
  const compare = selectById('compare');
  compare.addEventListener('change', () => onChoice({ compared: compare.value as Compared }));
  const site = selectById('site');
  site.addEventListener('change', () => onChoice({ site: site.value }));
}

/** Of the picker, as it stands: there may be thousands, and the page is shown each second. */
let shownNames: string | undefined;

export function showSites(sites: readonly string[], chosen: string): void {
  const select = selectById('site');
  const names = sites.includes(chosen) ? sites : [chosen, ...sites];
  const said = names.join(' ');
  if (said === shownNames && (select.value === chosen || document.activeElement === select)) return;
  shownNames = said;
  const options = syncChildren(select, names.length, () => createElement('option'));
  names.forEach((name, index) => {
    const option = options[index];
    if (!(option instanceof HTMLOptionElement)) return;
    setText(option, name);
    if (option.value !== name) option.value = name;
  });
  // A list that is open must not be set under the person's hand.
  if (document.activeElement !== select && select.value !== chosen) select.value = chosen;
}
