/**
 * Sums of money. An amount is whole thousandths of its currency, up to 1e12 of them, and nine thousand such amounts are more than a number of
 * JavaScript or Lua holds exactly. So a sum is kept in two parts, thousands of the currency and the thousandths of the rest,
 * each of which stays exact for nine billion amounts.
 */
const thousandthsOfThousand = 1_000_000;
const thousandths = 1_000n;

export interface SplitAmount {
  /** Whole thousands of the currency. */
  readonly thousands: number;
  /** Thousandths beside them. */
  readonly rest: number;
}

/** `amount`: thousandths, a safe integer. */
export function splitAmount(amount: number): SplitAmount {
  const rest = amount % thousandthsOfThousand;
  return { thousands: (amount - rest) / thousandthsOfThousand, rest };
}

/** The sum of split amounts as decimal text, two decimals at least: `1234.50`. `rest` may be more than a thousand. */
export function amountText({ thousands, rest }: SplitAmount): string {
  const all = BigInt(thousands) * BigInt(thousandthsOfThousand) + BigInt(rest);
  const decimals = String(all % thousandths).padStart(3, '0');
  return `${all / thousandths}.${decimals.endsWith('0') ? decimals.slice(0, 2) : decimals}`;
}

const decimal = /^(\d{1,10})(?:\.(\d{1,3}))?$/;

/** Decimal text, or a number, which is rounded to thousandths: 0 to `unitsMax`; undefined: it is none. */
export function parseAmount(amount: unknown, unitsMax: number): number | undefined {
  if (typeof amount === 'number') {
    return amount >= 0 && amount <= unitsMax ? Math.round(amount * 1_000) : undefined;
  }
  const found = typeof amount === 'string' ? decimal.exec(amount) : null;
  if (found === null) return undefined;
  const sum = Number(found[1]) * 1_000 + Number((found[2] ?? '').padEnd(3, '0'));
  return sum <= unitsMax * 1_000 ? sum : undefined;
}
