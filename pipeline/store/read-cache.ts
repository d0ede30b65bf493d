/** A cache that forgets what was used least recently once its values weigh too much together. */
interface Slot<V> {
  readonly value: V;
  readonly weight: number;
}

export class BoundedCache<V> {
  /** In order of use: a Map keeps the order in which keys were set. */
  private readonly slots = new Map<string, Slot<V>>();
  private weight = 0;

  constructor(private readonly weightMax: number) {}

  get(key: string): V | undefined {
    const slot = this.slots.get(key);
    if (slot === undefined) return undefined;
    this.slots.delete(key);
    this.slots.set(key, slot);
    return slot.value;
  }

  set(key: string, value: V, weight = 1): void {
    this.weight += weight - (this.slots.get(key)?.weight ?? 0);
    this.slots.delete(key);
    this.slots.set(key, { value, weight });
    for (const [oldest, slot] of this.slots) {
      if (this.weight <= this.weightMax || oldest === key) return;
      this.slots.delete(oldest);
      this.weight -= slot.weight;
    }
  }
}

/** Results that hold as long as what they were made from is the very same objects. */
export class DerivedCache<V> {
  private readonly cache: BoundedCache<{ readonly from: readonly unknown[]; readonly value: V }>;

  constructor(countMax: number) {
    this.cache = new BoundedCache(countMax);
  }

  async get(key: string, from: readonly unknown[], derive: () => Promise<V>): Promise<V> {
    const held = this.cache.get(key);
    if (
      held !== undefined &&
      held.from.length === from.length &&
      held.from.every((it, i) => it === from[i])
    ) {
      return held.value;
    }
    const value = await derive();
    this.cache.set(key, { from, value });
    return value;
  }
}
