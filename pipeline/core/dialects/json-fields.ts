/** Reading what anybody may have written: each function takes any JSON value, and gives what is usable of it or undefined. */
import { labelCharsMax, urlCharsMax } from '../limits';
import type { Props } from './edge-event';

export type Fields = Readonly<Record<string, unknown>>;

/** Plausible's limit. */
const propsMax = 30;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object, or an empty one. */
export function fieldsAt(parent: Fields, name: string): Fields {
  const value = parent[name];
  return isFields(value) ? value : {};
}

/** undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Text that is not empty; a number as its text, since ids are often numbers. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.toWellFormed();
  return typeof value === 'number' ? String(value) : undefined;
}

/** The first of several places that holds text. */
export function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = textOf(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Text for people, cut where a URL would end too. */
export function shortText(value: unknown): string | undefined {
  return textOf(value)?.slice(0, urlCharsMax).toWellFormed();
}

export function labelOf(value: unknown): string | undefined {
  return textOf(value)?.slice(0, labelCharsMax).toWellFormed();
}

/** `p` of old Plausible clients is JSON in a string. */
export function objectOrJson(value: unknown): Fields | undefined {
  const object = typeof value === 'string' ? parseJson(value) : value;
  return isFields(object) ? object : undefined;
}

/** Plain values under short names, the first thirty; nested ones are left out. `without`: names that have a place of their own. */
export function propsOf(value: Fields | undefined, without: ReadonlySet<string> = none): Props | undefined {
  if (value === undefined) return undefined;
  const props: [string, string][] = [];
  for (const [name, content] of Object.entries(value)) {
    if (props.length === propsMax) break;
    const key = labelOf(name);
    const text = typeof content === 'boolean' ? String(content) : labelOf(content);
    if (key !== undefined && text !== undefined && !without.has(name)) props.push([key, text]);
  }
  // From entries: `__proto__` is a name like any other there.
  return props.length === 0 ? undefined : Object.fromEntries(props);
}

const none: ReadonlySet<string> = new Set();
