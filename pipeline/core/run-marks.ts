/**
 * Which messageIds of one site a run has marked, by slice of log time. Mostly all of a run are of one slice and none is there twice:
 * then each costs a single look-up.
 */
import { duplicateWindowMs, markSliceMs } from './limits';

const windowSlices = duplicateWindowMs / markSliceMs;

interface MarkedSlice {
  readonly slice: number;
  readonly ids: Set<string>;
}

export class RunMarks {
  /** Those of the window, oldest first: log time never falls. */
  private slices: MarkedSlice[] = [];

  /**
   * Marks the id in the slice, which is none before the last one's; false where it is marked within the window already. `storedSlice`: the
   * newest in which the store has it marked.
   */
  add(messageId: string, slice: number, storedSlice: number | undefined): boolean {
    const { ids } = this.newest(slice);
    const before = ids.size;
    ids.add(messageId);
    if (ids.size === before) return false;
    const isStored = storedSlice !== undefined && slice - storedSlice <= windowSlices;
    if (!isStored && !this.isInOlder(messageId)) return true;
    ids.delete(messageId);
    return false;
  }

  private newest(slice: number): MarkedSlice {
    const last = this.slices.at(-1);
    if (last?.slice === slice) return last;
    const newest = { slice, ids: new Set<string>() };
    this.slices = [...this.slices.filter((older) => slice - older.slice <= windowSlices), newest];
    return newest;
  }

  private isInOlder(messageId: string): boolean {
    for (let i = this.slices.length - 2; i >= 0; i -= 1) {
      if (this.slices[i]?.ids.has(messageId)) return true;
    }
    return false;
  }
}
