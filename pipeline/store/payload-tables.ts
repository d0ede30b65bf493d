/** Tables of a payload: what stands in it once and is named by its place, counted from 1 as Lua does. */
import { FIELD } from './keys';

/** Places of texts in a table, from 1. */
export class TextTable {
  readonly entries: string[] = [];
  private readonly places = new Map<string, number>();

  placeOf(entry: string): number {
    let place = this.places.get(entry);
    if (place === undefined) {
      place = this.entries.push(entry);
      this.places.set(entry, place);
    }
    return place;
  }
}

/** Places of the fields of values. Most values come once for each grain, and their field is put together for the first alone. */
export class FieldTable {
  private readonly table = new TextTable();
  private readonly places = new Map<string, Map<string, number>>();

  get entries(): string[] {
    return this.table.entries;
  }

  placeOf(code: string, value: string): number {
    let places = this.places.get(code);
    if (places === undefined) {
      places = new Map();
      this.places.set(code, places);
    }
    let place = places.get(value);
    if (place === undefined) {
      place = this.table.placeOf(FIELD.value(code, value));
      places.set(value, place);
    }
    return place;
  }
}
