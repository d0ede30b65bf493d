/** What the person chose to see: kept in the address of the page, so that a reload, a bookmark or a wall shows the same. */
import type { ComparisonSpan, SnapshotWindow } from '../pipeline/core/snapshot';

export type Compared = ComparisonSpan | 'none';

export interface Selection {
  /** undefined: the server's default site. */
  readonly site: string | undefined;
  readonly window: SnapshotWindow;
  /** undefined: the first that the window offers. */
  readonly compared: Compared | undefined;
  /** Time zone, IANA name; undefined: the browser's own. */
  readonly zone: string | undefined;
  /** For a screen on the wall: large, all on one screen, no controls. */
  readonly isWall: boolean;
}

export const WINDOW_NAMES: Readonly<Record<SnapshotWindow, string>> = {
  '5m': '5 minutes',
  '30m': '30 minutes',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
};
export const WINDOWS = Object.keys(WINDOW_NAMES) as readonly SnapshotWindow[];
const windowByDefault: SnapshotWindow = '30m';

/** What each window can be compared with: periods for which its buckets are still held (docs/counting.md). */
export const SPANS: Readonly<Record<SnapshotWindow, readonly [ComparisonSpan, ...ComparisonSpan[]]>> = {
  '5m': ['day'],
  '30m': ['day'],
  '24h': ['day', 'week'],
  '7d': ['week'],
  '30d': ['month'],
};
export const SPAN_NAMES: Readonly<Record<ComparisonSpan, string>> = {
  day: 'yesterday',
  week: 'last week',
  month: '4 weeks before',
};

export function isKnownZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** `search`: of the page's address. What cannot be used is taken for not chosen. */
export function readSelection(search: string): Selection {
  const parameters = new URLSearchParams(search);
  const zone = parameters.get('zone') || undefined;
  return {
    site: parameters.get('site') || undefined,
    window: WINDOWS.find((known) => known === parameters.get('window')) ?? windowByDefault,
    compared: (['none', 'day', 'week', 'month'] as const).find(
      (known) => known === parameters.get('compare'),
    ),
    zone: zone !== undefined && isKnownZone(zone) ? zone : undefined,
    isWall: parameters.has('wall'),
  };
}

export function writeSelection({ site, window, compared, zone, isWall }: Selection): string {
  const parameters = new URLSearchParams();
  if (site !== undefined) parameters.set('site', site);
  if (window !== windowByDefault) parameters.set('window', window);
  if (compared !== undefined) parameters.set('compare', compared);
  if (zone !== undefined) parameters.set('zone', zone);
  if (isWall) parameters.set('wall', '1');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** undefined: with nothing. A choice that the window does not offer gives way to one that it does. */
export function comparedSpan({ window, compared }: Selection): ComparisonSpan | undefined {
  if (compared === 'none') return undefined;
  return SPANS[window].find((span) => span === compared) ?? SPANS[window][0];
}

/** The browser's own zone, unless another was chosen. */
export function zoneOf({ zone }: Selection): string {
  return zone ?? (Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC');
}

function apiAddress(name: string, selection: Selection, more: Readonly<Record<string, string>>): string {
  const { site, window } = selection;
  const parameters = new URLSearchParams(site === undefined ? { window } : { site, window });
  for (const [key, value] of Object.entries(more)) parameters.set(key, value);
  return `api/v1/${name}?${parameters}`;
}

/** Relative to the page, so that a prefix before it does not matter. */
export function snapshotAddress(selection: Selection): string {
  // The zone matters where days are cut; elsewhere all zones share one answer.
  return apiAddress('snapshot', selection, selection.window === '30d' ? { zone: zoneOf(selection) } : {});
}

export function comparisonAddress(selection: Selection, against: ComparisonSpan): string {
  return apiAddress('comparison', selection, { against, zone: zoneOf(selection) });
}
