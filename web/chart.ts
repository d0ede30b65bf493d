/**
 * The bar chart, drawn by uPlot: views a bucket, the visitors among them, and as a line the views of the earlier period that
 * is compared with. Values are read by pointer, by finger, by arrow keys, and from a table that screen readers see.
 */
import uPlot from 'uplot';
import { type ChartBar, type ChartTick, roundAxis } from './chart-bars';
import { elementById, setAttribute } from './elements';
import { formatCount } from './format';
import { type Palette, readPalette } from './palette';

export interface ChartContent {
  readonly bars: readonly ChartBar[];
  readonly ticks: readonly ChartTick[];
  /** Views of the earlier period, a value a bar; undefined: not compared. */
  readonly earlier: readonly (number | undefined)[] | undefined;
}

/** Height is the element's own; this is the least that a plot can be drawn in. */
const heightMin = 60;
/** Share of a bucket's width that its bar takes. */
const barWidth = 0.78;

let plot: uPlot | undefined;
let palette: Palette;
let content: ChartContent = { bars: [], ticks: [], earlier: undefined };
let drawn = '';

function highestOf({ bars, earlier }: ChartContent): number {
  const highest = bars.reduce((max, { views, visitors }) => Math.max(max, views, visitors.count), 0);
  return (earlier ?? []).reduce((max: number, views) => Math.max(max, views ?? 0), highest);
}

/** The bar that is still filling is a series of its own, since it is drawn lighter. */
function toData({ bars, earlier }: ChartContent): uPlot.AlignedData {
  const last = bars.length - 1;
  const closed = (pick: (bar: ChartBar) => number) =>
    bars.map((bar, index) => (index === last ? null : pick(bar)));
  const open = (pick: (bar: ChartBar) => number) =>
    bars.map((bar, index) => (index === last ? pick(bar) : null));
  const views = ({ views }: ChartBar): number => views;
  const visitors = ({ visitors }: ChartBar): number => visitors.count;
  return [
    bars.map((_, index) => index),
    closed(views),
    open(views),
    closed(visitors),
    open(visitors),
    bars.map((_, index) => earlier?.[index] ?? null),
  ];
}

function barSeries(fill: (colours: Palette) => string): uPlot.Series {
  const paths = uPlot.paths.bars?.({ size: [barWidth], radius: 0.08 });
  if (paths === undefined) throw new Error('uPlot has no bars');
  return { paths, fill: () => fill(palette), width: 0, points: { show: false } };
}

function sizeOf(element: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: element.clientWidth, height: Math.max(heightMin, element.clientHeight) };
}

function makeOptions(element: HTMLElement): uPlot.Options {
  const { fontFamily, fontSize } = getComputedStyle(element);
  const font = `${fontSize} ${fontFamily}`;
  const letterHeight = Number.parseFloat(fontSize);
  const axisColour = (): string => palette.faint;
  return {
    ...sizeOf(element),
    // Room above for half the axis' highest number, and on the right for half the name of the last bar.
    padding: [0.7 * letterHeight, 1.5 * letterHeight, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [-0.5, Math.max(0.5, content.bars.length - 0.5)] },
      y: { range: () => [0, roundAxis(highestOf(content))] },
    },
    axes: [
      {
        stroke: axisColour,
        font,
        size: 2 * letterHeight + 2,
        gap: 4,
        grid: { show: false },
        ticks: { show: false },
        splits: () => content.ticks.map(({ index }) => index),
        values: () => content.ticks.map(({ text }) => text),
      },
      {
        stroke: axisColour,
        font,
        size: (_, values) =>
          14 + 0.6 * letterHeight * Math.max(3, ...(values ?? []).map((value) => value.length)),
        gap: 6,
        grid: { stroke: () => palette.line, width: 1, dash: [3, 3] },
        ticks: { show: false },
        splits: (_, __, min, max) => [min, max / 2, max],
        values: (_, values) => values.map((value) => formatCount(value)),
      },
    ],
    series: [
      {},
      barSeries((colours) => colours.views),
      barSeries((colours) => colours.viewsOpen),
      barSeries((colours) => colours.visitors),
      barSeries((colours) => colours.visitorsOpen),
      { stroke: () => palette.earlier, width: 1.5, dash: [5, 4], points: { show: false } },
    ],
  };
}

/** Once, in the size of letters that the page has then. Gives the plot's area. */
export function makeChart(): HTMLElement {
  const element = elementById('chart');
  palette = readPalette();
  const made = new uPlot(makeOptions(element), toData(content), element);
  plot = made;
  setAttribute(made.root, 'aria-hidden', 'true');
  new ResizeObserver(() => made.setSize(sizeOf(element))).observe(element);
  return made.over;
}

/** After the scheme has changed. */
export function recolourChart(): void {
  palette = readPalette();
  plot?.redraw(true, true);
}

/** Draws only where something has changed. */
export function drawChart(next: ChartContent): void {
  content = next;
  const key = JSON.stringify([toData(next), next.ticks]);
  if (key === drawn) return;
  drawn = key;
  plot?.setData(toData(next));
}
