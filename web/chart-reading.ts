/** Reading single bars: by pointer or finger over the plot, by arrow keys, and all of them as a table for screen readers. */
import type { SnapshotWindow } from '../pipeline/core/snapshot';
import { barName, type ChartBar } from './chart-bars';
import { createElement, elementById, setHidden, setText, syncChildren } from './elements';
import { formatCount, formatVisitors } from './format';
import type { ZoneClock } from './zone-clock';

export interface ReadableChart {
  readonly bars: readonly ChartBar[];
  readonly window: SnapshotWindow;
  readonly clock: ZoneClock;
  readonly earlier: readonly (number | undefined)[] | undefined;
  /** Of the period that `earlier` is of. */
  readonly earlierName: string;
}

let chart: ReadableChart | undefined;
let readIndex: number | undefined;
let band: HTMLElement;

function describeBar(shown: ReadableChart, index: number): string {
  const bar = shown.bars[index] as ChartBar;
  const earlier = shown.earlier?.[index];
  const parts = [
    `${formatCount(bar.views)} views`,
    `${formatVisitors(bar.visitors)} visitors`,
    `${formatCount(bar.events)} events`,
    `${formatCount(bar.bots)} bots`,
    ...(earlier === undefined ? [] : [`${shown.earlierName} ${formatCount(earlier)} views`]),
  ];
  const isFilling = index === shown.bars.length - 1 ? ' so far' : '';
  return `${barName(bar, shown.window, shown.clock)}${isFilling}: ${parts.join(', ')}`;
}

function showReading(): void {
  const count = chart?.bars.length ?? 0;
  const isRead = chart !== undefined && readIndex !== undefined && readIndex < count;
  setText(
    elementById('chart-reading'),
    isRead ? describeBar(chart as ReadableChart, readIndex as number) : '',
  );
  setHidden(band, !isRead);
  if (!isRead) return;
  band.style.left = `${(100 * (readIndex as number)) / count}%`;
  band.style.width = `${100 / count}%`;
}

function readAt(index: number | undefined): void {
  const last = (chart?.bars.length ?? 0) - 1;
  readIndex = index === undefined || last < 0 ? undefined : Math.min(Math.max(index, 0), last);
  showReading();
}

/** Once. `over`: the plot's area. */
export function makeReading(over: HTMLElement): void {
  const element = elementById('chart');
  element.tabIndex = 0;
  band = createElement('div', 'band');
  over.append(band);
  const readPointer = ({ clientX }: PointerEvent): void => {
    const { left, width } = over.getBoundingClientRect();
    readAt(Math.floor(((clientX - left) / width) * (chart?.bars.length ?? 0)));
  };
  over.addEventListener('pointermove', readPointer);
  over.addEventListener('pointerdown', readPointer);
  over.addEventListener('pointerleave', () => readAt(undefined));
  element.addEventListener('blur', () => readAt(undefined));
  element.addEventListener('keydown', (event) => {
    const last = (chart?.bars.length ?? 0) - 1;
    const targets: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: (readIndex ?? last + 1) - 1,
      ArrowRight: (readIndex ?? last) + 1,
      Home: 0,
      End: last,
      Escape: undefined,
    };
    if (!Object.hasOwn(targets, event.key)) return;
    event.preventDefault();
    readAt(targets[event.key]);
  });
}

function showTable(shown: ReadableChart): void {
  const rows = syncChildren(elementById('chart-rows'), shown.bars.length, () => {
    const row = createElement('tr');
    const name = createElement('th');
    name.setAttribute('scope', 'row');
    row.append(name, ...Array.from({ length: 4 }, () => createElement('td')));
    return row;
  });
  shown.bars.forEach((bar, index) => {
    const texts = [
      barName(bar, shown.window, shown.clock),
      formatCount(bar.views),
      formatVisitors(bar.visitors),
      formatCount(bar.events),
      formatCount(bar.bots),
    ];
    texts.forEach((text, column) => {
      const cell = rows[index]?.children[column];
      if (cell !== undefined) setText(cell, text);
    });
  });
}

export function showReadable(next: ReadableChart): void {
  chart = next;
  showTable(next);
  showReading();
}
