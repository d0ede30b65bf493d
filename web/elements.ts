/**
 * The only hands on the document. Text goes in as text: nothing here, and nothing else in the page, makes markup, a link or
 * a style of a string. Nothing is written that is there already, so that a selection or a focus survives the second.
 */

/** An element of index.html. Its absence is a programmer's error. */
export function elementById(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no element #${id}`);
  return element;
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A number that is as large as its place allows (web/figures.css). */
export function setFigure(element: HTMLElement, text: string): void {
  if (element.textContent === text) return;
  element.textContent = text;
  element.style.setProperty('--length', String(text.length));
}

export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function setHidden(element: HTMLElement, isHidden: boolean): void {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

export function createElement(tag: string, className = '', text = ''): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== '') element.textContent = text;
  return element;
}

/** An empty text, or one of blanks, would be something that nobody can see or name. */
export function namedText(text: string): string {
  return text.trim() === '' ? '(blank)' : text;
}

/** A text of a visitor: kept from changing the direction of what stands beside it, and whole in its tooltip where it is cut. */
export function setForeignText(element: HTMLElement, text: string): void {
  setText(element, text);
  setAttribute(element, 'title', text);
  setAttribute(element, 'dir', 'auto');
}

/** Makes `parent` have `count` children, of which new ones are made by `make`; gives them in order. */
export function syncChildren(parent: Element, count: number, make: () => Element): readonly Element[] {
  while (parent.children.length > count) parent.lastElementChild?.remove();
  while (parent.children.length < count) parent.append(make());
  return [...parent.children];
}
