/** Site and window that the person chose: kept in the address of the page, so that a reload or a bookmark shows the same. */
import type { SnapshotWindow } from '../pipeline/core/snapshot';

export interface Selection {
  /** undefined: the server's default site. */
  readonly site: string | undefined;
  readonly window: SnapshotWindow;
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

/** `search`: of the page's address. What cannot be used is taken for not chosen. */
export function readSelection(search: string): Selection {
  const parameters = new URLSearchParams(search);
  const window = WINDOWS.find((known) => known === parameters.get('window')) ?? windowByDefault;
  return { site: parameters.get('site') || undefined, window };
}

export function writeSelection({ site, window }: Selection): string {
  const parameters = new URLSearchParams();
  if (site !== undefined) parameters.set('site', site);
  if (window !== windowByDefault) parameters.set('window', window);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** Relative to the page, so that a prefix before it does not matter. */
export function snapshotAddress({ site, window }: Selection): string {
  const parameters = new URLSearchParams(site === undefined ? { window } : { site, window });
  return `api/v1/snapshot?${parameters}`;
}
