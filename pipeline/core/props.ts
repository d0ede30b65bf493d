/**
 * Props as values of dimensions. A value names the event, the key and the value in one text, so that one bound holds all of a bucket's:
 * a flood of keys is trimmed like a flood of values. Lengths stand in front, since visitors may write any separator.
 */

export interface PropKey {
  /** Name of the custom event; empty for page views. */
  readonly event: string;
  readonly key: string;
}

export interface PropValue extends PropKey {
  readonly value: string;
}

/** `<length of event>,<length of key>:<event><key>`, lengths in UTF-16 units. */
export function joinPropKey(event: string, key: string): string {
  return `${event.length},${key.length}:${event}${key}`;
}

const lengths = /^(\d+),(\d+):/;

/** Undefined for a text that joinPropKey has not begun. */
export function splitProp(text: string): PropValue | undefined {
  const found = lengths.exec(text);
  if (found === null) return undefined;
  const eventAt = found[0].length;
  const keyAt = eventAt + Number(found[1]);
  const valueAt = keyAt + Number(found[2]);
  if (valueAt > text.length) return undefined;
  return { event: text.slice(eventAt, keyAt), key: text.slice(keyAt, valueAt), value: text.slice(valueAt) };
}
