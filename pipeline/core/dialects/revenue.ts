/** Money of an event, as it lies on the topic: decimal text with at most three places, and letters of ISO 4217. */
export interface Revenue {
  readonly amount: string;
  readonly currency: string;
}

/** More is a typing error; below it thousandths are exact in a double. */
const amountMax = 1e9;
const places = 3;
const amountPattern = /^\d{1,10}(?:\.\d+)?$/;
const currencyPattern = /^[A-Za-z]{3}$/;

/**
 * Numbers and decimal text alike; more than three places are rounded, since a client's sums of doubles have them. undefined where
 * there is no amount, it is negative or above 1e9, or the currency is no three letters.
 */
export function revenueOf(amount: unknown, currency: unknown): Revenue | undefined {
  if (typeof currency !== 'string' || !currencyPattern.test(currency)) return undefined;
  const number =
    typeof amount === 'string' && amountPattern.test(amount.trim()) ? Number(amount.trim()) : amount;
  if (typeof number !== 'number' || !(number >= 0 && number <= amountMax)) return undefined;
  const rounded = number.toFixed(places).replace(/\.?0+$/, '');
  return { amount: rounded, currency: currency.toUpperCase() };
}
