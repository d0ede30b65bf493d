/** The two choices of the page: site and window. */
import type { SnapshotWindow } from '../pipeline/core/snapshot';
import { createElement, elementById, setText, syncChildren } from './elements';
import { WINDOW_NAMES, WINDOWS } from './selection';

/** Once. A radio group: the browser brings keys and meaning. */
export function makeWindowPicker(chosen: SnapshotWindow, onChoice: (window: SnapshotWindow) => void): void {
  const picker = elementById('window');
  for (const window of WINDOWS) {
    const label = createElement('label');
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = 'window';
    input.value = window;
    input.checked = window === chosen;
    input.addEventListener('change', () => onChoice(window));
    label.title = `last ${WINDOW_NAMES[window]}`;
    label.append(input, createElement('span', '', window));
    picker.append(label);
  }
}

function siteSelect(): HTMLSelectElement {
  return elementById('site') as HTMLSelectElement;
}

export function onSiteChoice(tell: (site: string) => void): void {
  siteSelect().addEventListener('change', () => tell(siteSelect().value));
}

export function showSites(sites: readonly string[], chosen: string): void {
  const select = siteSelect();
  const names = sites.includes(chosen) ? sites : [chosen, ...sites];
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
