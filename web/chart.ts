/** The bar chart: views a bucket, and the visitors among them. Values are read by pointer, by finger, or by arrow keys. */
import type { SnapshotWindow } from '../pipeline/core/snapshot';
import { CHART_SHAPES, type ChartSlot, roundAxis } from './chart-slots';
import { createElement, elementById, setAttribute, setText, syncChildren } from './elements';
import { formatCount, formatVisitors } from './format';

const svgNamespace = 'http://www.w3.org/2000/svg';
/** Height of the drawing in its own units; its width is one a bucket. Both are stretched to the element's size. */
const drawingHeight = 100;
/** Share of a bucket's width that its bar takes. */
const barWidth = 0.78;

let shown: { readonly slots: readonly ChartSlot[]; readonly window: SnapshotWindow } | undefined;
let readIndex: number | undefined;

function createSvg(tag: string, className: string): SVGElement {
  const element = document.createElementNS(svgNamespace, tag);
  element.setAttribute('class', className);
  return element;
}

/** Once, before the first snapshot. */
export function makeChart(): void {
  const plot = elementById('chart');
  plot.tabIndex = 0;
  const svg = createSvg('svg', 'bars');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(createSvg('g', 'slots'));
  plot.append(svg, createElement('div', 'axis'), createElement('div', 'ticks'));
  plot.addEventListener('pointermove', ({ clientX }) => {
    const { left, width } = svg.getBoundingClientRect();
    readAt(Math.floor(((clientX - left) / width) * (shown?.slots.length ?? 0)));
  });
  plot.addEventListener('pointerleave', () => readAt(undefined));
  plot.addEventListener('blur', () => readAt(undefined));
  plot.addEventListener('keydown', (event) => {
    const last = (shown?.slots.length ?? 0) - 1;
    const targets: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: (readIndex ?? last + 1) - 1,
      ArrowRight: (readIndex ?? last) + 1,
      Home: 0,
      End: last,
    };
    if (!Object.hasOwn(targets, event.key)) return;
    event.preventDefault();
    readAt(targets[event.key]);
  });
}

function describeSlot(slot: ChartSlot, window: SnapshotWindow): string {
  const { views, visitors, events, bots } = slot;
  const counts = `${formatCount(views)} views, ${formatVisitors(visitors)} visitors, ${formatCount(events)} events, ${formatCount(bots)} bots`;
  return `${CHART_SHAPES[window].nameOf(slot.atMs)}: ${counts}`;
}

function readAt(index: number | undefined): void {
  readIndex =
    index === undefined || shown === undefined
      ? undefined
      : Math.min(Math.max(index, 0), shown.slots.length - 1);
  showReading();
}

function showReading(): void {
  if (shown === undefined) return;
  const slot = readIndex === undefined ? undefined : shown.slots[readIndex];
  setText(elementById('chart-reading'), slot === undefined ? '' : describeSlot(slot, shown.window));
  const groups = elementById('chart').querySelectorAll('g.slot');
  groups.forEach((group, index) => {
    group.classList.toggle('read', index === readIndex);
  });
}

function makeSlot(): SVGElement {
  const slot = createSvg('g', 'slot');
  slot.append(
    createSvg('title', ''),
    createSvg('rect', 'whole'),
    createSvg('rect', 'views'),
    createSvg('rect', 'visitors'),
  );
  return slot;
}

function placeRect(rect: Element, index: number, width: number, height: number): void {
  setAttribute(rect, 'x', String(index + (1 - width) / 2));
  setAttribute(rect, 'width', String(width));
  setAttribute(rect, 'y', (drawingHeight - height).toFixed(3));
  setAttribute(rect, 'height', height.toFixed(3));
}

function drawSlots(svg: Element, slots: readonly ChartSlot[], window: SnapshotWindow, axis: number): void {
  setAttribute(svg, 'viewBox', `0 0 ${slots.length} ${drawingHeight}`);
  const layer = svg.firstElementChild;
  if (layer === null) return;
  const groups = syncChildren(layer, slots.length, makeSlot);
  slots.forEach((slot, index) => {
    const group = groups[index];
    const [title, whole, views, visitors] = group?.children ?? [];
    if (group === undefined || !title || !whole || !views || !visitors) return;
    setText(title, describeSlot(slot, window));
    group.classList.toggle('open', index === slots.length - 1);
    placeRect(whole, index, 1, drawingHeight);
    placeRect(views, index, barWidth, (drawingHeight * slot.views) / axis);
    placeRect(visitors, index, barWidth, (drawingHeight * slot.visitors.count) / axis);
  });
}

function showTicks(slots: readonly ChartSlot[], window: SnapshotWindow): void {
  const ticks = slots.flatMap((slot, index) => {
    const text = CHART_SHAPES[window].tickOf(slot.atMs);
    return text === undefined ? [] : [{ text, at: (100 * (index + 0.5)) / slots.length }];
  });
  const elements = syncChildren(elementById('chart').children[2] as Element, ticks.length, () =>
    createElement('span', 'tick'),
  );
  ticks.forEach(({ text, at }, index) => {
    const element = elements[index];
    if (!(element instanceof HTMLElement)) return;
    setText(element, text);
    element.style.left = `${at}%`;
  });
}

export function showChart(slots: readonly ChartSlot[], window: SnapshotWindow): void {
  shown = { slots, window };
  const plot = elementById('chart');
  const [svg, axisElement] = plot.children;
  if (svg === undefined || axisElement === undefined) return;
  const highest = slots.reduce((max, slot) => Math.max(max, slot.views, slot.visitors.count), 0);
  const axis = roundAxis(highest);
  drawSlots(svg, slots, window, axis);
  showTicks(slots, window);
  const marks = syncChildren(axisElement, 2, () => createElement('span'));
  [axis, axis / 2].forEach((value, index) => {
    const mark = marks[index];
    if (mark !== undefined) setText(mark, formatCount(value));
  });
  const { title } = CHART_SHAPES[window];
  const views = slots.reduce((sum, slot) => sum + slot.views, 0);
  setText(elementById('chart-title'), title);
  setAttribute(
    plot,
    'aria-label',
    `${title}: ${formatCount(views)} views, at most ${formatCount(highest)} in one bar. Arrow keys read single bars.`,
  );
  showReading();
}
