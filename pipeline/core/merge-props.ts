/** The props of a window as they are shown: bounded at every level, and for each key what is not shown as "(other)". */
import { OTHER_VALUE } from './dimensions';
import { type DimensionTally, largest } from './merge-dimensions';
import { joinPropKey, splitProp } from './props';
import type { EventProps, PropCounts, ValueCount } from './snapshot';

export const propEventsShownMax = 10;
export const propKeysShownMax = 6;
export const propValuesShownMax = 5;

interface ShownKey {
  readonly event: string;
  readonly key: string;
  readonly count: number;
  readonly values: Map<string, number>;
}

type Counts = ReadonlyMap<string, number>;

/** By event: those of the most frequent keys, which no other key of the event exceeds. */
function shownKeys(propKeys: Counts): Map<string, ShownKey[]> {
  const byEvent = new Map<string, Map<string, number>>();
  for (const [text, count] of propKeys) {
    const prop = splitProp(text);
    if (prop === undefined) continue;
    const keys = byEvent.get(prop.event) ?? new Map<string, number>();
    byEvent.set(prop.event, keys.set(prop.key, count));
  }
  const mostOf = new Map(Array.from(byEvent, ([event, keys]) => [event, Math.max(...keys.values())]));
  return new Map(
    largest(mostOf, propEventsShownMax).map(({ value: event }) => [
      event,
      largest(byEvent.get(event) as Counts, propKeysShownMax).map(({ value: key, count }) => {
        return { event, key, count, values: new Map<string, number>() };
      }),
    ]),
  );
}

/** Hands each value to its key, where that is shown. */
function sortIn(props: Counts, shown: readonly ShownKey[]): void {
  const byText = new Map(shown.map((key) => [joinPropKey(key.event, key.key), key]));
  for (const [text, count] of props) {
    const prop = splitProp(text);
    if (prop === undefined) continue;
    byText.get(text.slice(0, text.length - prop.value.length))?.values.set(prop.value, count);
  }
}

function countsOf({ key, count, values }: ShownKey): PropCounts {
  let held = 0;
  for (const n of values.values()) held += n;
  const shown: ValueCount[] = largest(values, propValuesShownMax);
  // Where its bucket was flooded, a key may have given way to "(other)" while values of it have not.
  const all = Math.max(count, held);
  const rest = all - shown.reduce((sum, value) => sum + value.count, 0);
  const other = rest > 0 ? [{ value: OTHER_VALUE, count: rest, other: true } as const] : [];
  return { key, count: all, values: [...shown, ...other] };
}

export function mergeProps(tally: DimensionTally): EventProps[] {
  const byEvent = shownKeys(tally.values('propKeys'));
  if (byEvent.size === 0) return [];
  sortIn(tally.values('props'), [...byEvent.values()].flat());
  return Array.from(byEvent, ([event, keys]) => ({
    event: event === '' ? null : event,
    keys: keys.map(countsOf),
  }));
}
