/** Parsed JSON as it is looked at while a record is judged. */
import { labelCharsMax } from './limits';
import type { RejectionReason } from './rejection';

export type Fields = Readonly<Record<string, unknown>>;

/** Thrown where a rule is broken; caught where the record is judged. */
export class Rejected {
  constructor(
    readonly reason: RejectionReason,
    readonly field: string | undefined,
  ) {}
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(parent: Fields, name: string): Fields {
  const value = parent[name];
  return isFields(value) ? value : {};
}

/** Cut, not rejected. Undefined where it is no string, or empty. */
export function label(value: unknown, charsMax = labelCharsMax): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return (value.length > charsMax ? value.slice(0, charsMax) : value).toWellFormed();
}
