/** Unites lists of places without a set: who was united last is written down at each place. */
export class PlaceUnion {
  private readonly unitedIn: Uint32Array;
  private unions = 0;

  /** `size`: every place is below it. */
  constructor(size: number) {
    this.unitedIn = new Uint32Array(size);
  }

  /** Each place of the lists once, in the order in which it comes first. */
  of(lists: readonly (readonly number[])[]): number[] {
    this.unions += 1;
    const places: number[] = [];
    for (const list of lists) {
      for (const place of list) {
        if (this.unitedIn[place] === this.unions) continue;
        this.unitedIn[place] = this.unions;
        places.push(place);
      }
    }
    return places;
  }
}
