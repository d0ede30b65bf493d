/** Engagement by page and revenue by currency, of a window. */
import { type DimensionTally, largest } from './merge-dimensions';
import { amountText } from './money';
import type { EngagedPage, RevenueSum } from './snapshot';

export const engagedPagesShownMax = 10;

export function mergeEngagedPages(tally: DimensionTally): EngagedPage[] {
  const [views, scrolled] = [tally.values('pages'), tally.values('scrollDepths')];
  return largest(tally.values('engagedTimes'), engagedPagesShownMax).map(({ value, count }) => ({
    value,
    views: views.get(value) ?? null,
    engagedMs: count,
    scrolled: scrolled.get(value) ?? 0,
  }));
}

/** Every currency: they are a closed list, so none gives way. */
export function mergeRevenue(tally: DimensionTally): RevenueSum[] {
  const purchases = tally.values('purchases');
  const [thousands, rest] = [tally.values('revenueThousands'), tally.values('revenueRest')];
  return largest(purchases, purchases.size).map(({ value: currency, count }) => ({
    currency,
    amount: amountText({ thousands: thousands.get(currency) ?? 0, rest: rest.get(currency) ?? 0 }),
    count,
  }));
}
