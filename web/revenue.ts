/** Revenue by currency. Amounts are exact, however large, and written as people do where the viewer is. */
import type { RevenueSum } from '../pipeline/core/snapshot';
import { type BarRow, type ListCard, showBars } from './bar-table';
import { elementById } from './elements';
import { formatCount } from './format';

export const revenueCard: ListCard = { name: 'revenue', title: 'Revenue', column: 'sum' };

/** Rows that are shown; there may be as many as there are currencies. */
const rowsMax = 20;
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string, locale: string | undefined): Intl.NumberFormat {
  const name = `${locale} ${currency}`;
  let format = formats.get(name);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    formats.set(name, format);
  }
  return format;
}

/** `amount`: decimal text. As text it is formatted to the last digit; as a number it would be rounded. */
export function formatAmount(amount: string, currency: string, locale?: string): string {
  return formatOf(currency, locale).format(amount as Intl.StringNumericLiteral);
}

/** Sums of different currencies cannot be compared: bars are by the number of events. */
export function revenueBars(sums: readonly RevenueSum[], locale?: string): BarRow[] {
  const largest = sums.reduce((max, { count }) => Math.max(max, count), 0);
  return sums.slice(0, rowsMax).map(({ currency, amount, count }) => ({
    value: currency,
    figure: formatAmount(amount, currency, locale),
    meaning: `${formatCount(count)} events with revenue`,
    share: largest === 0 ? 0 : count / largest,
    isOther: false,
  }));
}

export function showRevenue(sums: readonly RevenueSum[]): void {
  elementById('list-revenue').classList.toggle('is-empty', sums.length === 0);
  showBars(elementById('top-revenue'), revenueBars(sums));
}
