/** How long pages are looked at and how far they are scrolled: means over their views. */
import type { DashboardSnapshot, EngagedPage } from '../pipeline/core/snapshot';
import { type BarRow, type ListCard, showBars } from './bar-table';
import { elementById, setText } from './elements';
import { formatCount, formatDuration } from './format';

export const engagementCard: ListCard = { name: 'engagement', title: 'Engagement', column: '' };

interface Sums {
  readonly views: number;
  readonly engagedMs: number;
  readonly scrolled: number;
}

/** `0:48 · 62 %`: time, and depth where some was told. */
export function describeMeans({ views, engagedMs, scrolled }: Sums): string {
  const time = formatDuration(engagedMs / views);
  // Views at the edge of the window may have been scrolled in it and counted before: no page is deeper than itself.
  return scrolled === 0 ? time : `${time} · ${formatCount(Math.min(100, scrolled / views))} %`;
}

function meanMs({ views, engagedMs }: EngagedPage): number {
  return views === null || views === 0 ? 0 : engagedMs / views;
}

export function engagementBars(pages: readonly EngagedPage[]): BarRow[] {
  const largest = Math.max(0, ...pages.map(meanMs));
  return pages.map((page) => {
    const { value, views, engagedMs, scrolled } = page;
    const all = `${formatDuration(engagedMs)} in all`;
    const isKnown = views !== null && views > 0;
    return {
      value,
      figure: isKnown ? describeMeans({ views, engagedMs, scrolled }) : '–',
      meaning: isKnown ? `${all}, over ${formatCount(views)} views` : `${all}; its views are in (other)`,
      share: largest === 0 ? 0 : meanMs(page) / largest,
      isOther: false,
    };
  });
}

export function showEngagement({ engagedPages, inWindow }: DashboardSnapshot): void {
  elementById('list-engagement').classList.toggle('is-empty', engagedPages.length === 0);
  const isKnown = inWindow.engagedMs > 0 && inWindow.views > 0;
  setText(elementById('list-column-engagement'), isKnown ? `${describeMeans(inWindow)} a view` : 'a view');
  showBars(elementById('top-engagement'), engagementBars(engagedPages));
}
