/** Money of an event, as it lies on the topic: decimal text with at most three places, and a currency that is counted. */
import { CURRENCIES } from '../currencies';

export interface Revenue {
  readonly amount: string;
  readonly currency: string;
}

/** `uncountable`: there is some, but not as it could be counted; the event goes on without it. undefined: there is none. */
export type ToldRevenue = Revenue | 'uncountable' | undefined;

/** More is a typing error; below it thousandths are exact in a double. */
const amountMax = 1e9;
const places = 3;
const amountPattern = /^\d{1,10}(?:\.\d+)?$/;

/**
 * Numbers and decimal text alike; more than three places are rounded, since a client's sums of doubles have them. Countable are
 * 0 to 1e9 of a currency of ISO 4217, in small letters too: the consumer rejects an event with any other.
 */
export function revenueOf(amount: unknown, currency: unknown): ToldRevenue {
  if (amount === undefined || amount === null) return undefined;
  const code = typeof currency === 'string' ? currency.toUpperCase() : '';
  const number =
    typeof amount === 'string' && amountPattern.test(amount.trim()) ? Number(amount.trim()) : amount;
  const isCountable = typeof number === 'number' && number >= 0 && number <= amountMax;
  if (!isCountable || !CURRENCIES.has(code)) return 'uncountable';
  return { amount: number.toFixed(places).replace(/\.?0+$/, ''), currency: code };
}
