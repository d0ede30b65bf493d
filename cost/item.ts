/** One line of the bill. */
import { HOURS_PER_MONTH, type Price } from './prices';

export type Service = 'Kafka' | 'Consumer' | 'Store' | 'Producer' | 'Dashboard' | 'Network' | 'Monitoring';

export interface Item {
  readonly service: Service;
  readonly name: string;
  /** A month. */
  readonly dollars: number;
  /** How it comes about, for a person: `2 × 730 h × 0.0456`. */
  readonly reckoning: string;
}

/** Three digits that count, or whole numbers with their thousands apart. */
export function written(amount: number): string {
  if (amount >= 100) return Math.round(amount).toLocaleString('en-US');
  if (amount === 0) return '0';
  return String(Number(amount.toPrecision(3)));
}

/** So much a month of what the price is for. */
export function item(service: Service, name: string, amount: number, price: Price, unit: string): Item {
  const reckoning = `${written(amount)} ${unit} × ${price.dollars}`;
  return { service, name, dollars: amount * price.dollars, reckoning };
}

/** So many of something that is paid by the hour, all month. */
export function hourly(service: Service, name: string, count: number, price: Price, unit: string): Item {
  const reckoning = `${written(count)} ${unit} × ${HOURS_PER_MONTH} h × ${price.dollars}`;
  return { service, name, dollars: count * HOURS_PER_MONTH * price.dollars, reckoning };
}
