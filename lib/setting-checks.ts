/** What a single setting may be. Each check returns the value with its type, or throws the one line that a person reads. */
import { ConfigurationError } from '../pipeline/settings';

export type Check<T> = (setting: string, value: unknown) => T;

export function refuse(setting: string, value: unknown, allowed: string): never {
  throw new ConfigurationError(setting, typeof value === 'string' ? value : JSON.stringify(value), allowed);
}

export function wholeNumber(min: number, max: number): Check<number> {
  return (setting, value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    return refuse(setting, value, `a whole number from ${min} to ${max}`);
  };
}

export function oneOf<T extends string | number>(...choices: readonly T[]): Check<T> {
  return (setting, value) =>
    choices.find((choice) => choice === value) ?? refuse(setting, value, choices.join(' | '));
}

export function text(pattern: RegExp, allowed: string): Check<string> {
  return (setting, value) =>
    typeof value === 'string' && pattern.test(value) ? value : refuse(setting, value, allowed);
}

export const flag: Check<boolean> = (setting, value) =>
  typeof value === 'boolean' ? value : refuse(setting, value, 'true | false');

export function listOf<T>(item: Check<T>, countMin: number): Check<readonly T[]> {
  return (setting, value) => {
    if (!Array.isArray(value) || value.length < countMin) {
      return refuse(
        setting,
        value,
        countMin === 0 ? 'a list of texts' : `a list of at least ${countMin} texts`,
      );
    }
    return value.map((entry: unknown, index) => item(`${setting}[${index}]`, entry));
  };
}

export function asObject(setting: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(setting, value, 'an object of settings');
  }
  return value as Readonly<Record<string, unknown>>;
}
