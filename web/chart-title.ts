/** What the chart is of, above it for everybody and as its name for screen readers. */
import type { SnapshotWindow } from '../pipeline/core/snapshot';
import type { ChartBar } from './chart-bars';
import { elementById, setAttribute, setHidden, setText } from './elements';
import { formatCount } from './format';
import type { ZoneClock } from './zone-clock';

const steps: Readonly<Record<SnapshotWindow, string>> = {
  '5m': 'By minute',
  '30m': 'By minute',
  '24h': 'By hour',
  '7d': 'By hour',
  '30d': 'By day',
};

/** `earlierName`: of the period that is compared with; empty: none is. */
export function showChartTitle(
  bars: readonly ChartBar[],
  window: SnapshotWindow,
  clock: ZoneClock,
  earlierName: string,
): void {
  const title = `${steps[window]}, ${clock.zone}`;
  setText(elementById('chart-title'), title);
  setText(elementById('earlier-name'), earlierName);
  setHidden(elementById('earlier-key'), earlierName === '');
  const views = bars.reduce((sum, bar) => sum + bar.views, 0);
  const highest = bars.reduce((max, bar) => Math.max(max, bar.views), 0);
  const summary = `${formatCount(views)} views, at most ${formatCount(highest)} in one bar`;
  setAttribute(elementById('chart'), 'aria-label', `${title}: ${summary}. Arrow keys read single bars.`);
}
