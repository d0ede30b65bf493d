/**
 * Sessions by the time of their next step: a wheel of slots, so that adding and taking cost the same however many are open.
 * Bounded: what is added beyond the bound is refused, and what lies further ahead than the wheel is long comes at its end.
 */

const slotMs = 100;
/** Longer than anybody reads one page here. */
const wheelMs = 12 * 60_000;
const slotsCount = wheelMs / slotMs;

export class SessionQueue<T> {
  private readonly slots: T[][] = Array.from({ length: slotsCount }, () => []);
  /** Number of the slot that is being emptied, counted from 1970. */
  private at = 0;
  private open = 0;

  constructor(private readonly sizeMax: number) {}

  get size(): number {
    return this.open;
  }

  /** False: it is full, and the session ends here. */
  add(session: T, dueMs: number): boolean {
    if (this.open >= this.sizeMax) return false;
    const slot = Math.min(Math.max(Math.floor(dueMs / slotMs), this.at), this.at + slotsCount - 1);
    (this.slots[slot % slotsCount] as T[]).push(session);
    this.open += 1;
    return true;
  }

  /** A session whose time has come, the longest overdue first; undefined: none. */
  takeDue(nowMs: number): T | undefined {
    const now = Math.floor(nowMs / slotMs);
    if (this.open === 0) {
      this.at = now;
      return undefined;
    }
    for (; this.at <= now; this.at += 1) {
      const session = this.slots[this.at % slotsCount]?.pop();
      if (session === undefined) continue;
      this.open -= 1;
      return session;
    }
    return undefined;
  }
}
