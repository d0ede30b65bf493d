/** Events a second that one site, or one address, may send: a bucket each that fills at its rate and holds ten seconds of it. */
const bucketSeconds = 10;
/** A flood of addresses costs exactness, never memory: beyond it the older half of them starts anew. */
const bucketsMax = 20_000;

interface Bucket {
  left: number;
  atMs: number;
}

export class RateLimit {
  private buckets = new Map<string, Bucket>();
  private older = new Map<string, Bucket>();

  /** `perSecond`: 0 for no limit. `nowMs`: of a clock that never steps. */
  constructor(
    private readonly perSecond: number,
    private readonly nowMs: () => number,
  ) {}

  /** Takes so many out of the bucket; false, and nothing taken, where there are fewer. More than a bucket holds pass by a full one. */
  take(name: string, count: number): boolean {
    if (this.perSecond === 0) return true;
    const most = this.perSecond * bucketSeconds;
    const bucket = this.bucketOf(name, most);
    const nowMs = this.nowMs();
    bucket.left = Math.min(most, bucket.left + ((nowMs - bucket.atMs) / 1_000) * this.perSecond);
    bucket.atMs = nowMs;
    if (bucket.left < Math.min(count, most)) return false;
    bucket.left -= count;
    return true;
  }

  private bucketOf(name: string, most: number): Bucket {
    const bucket = this.buckets.get(name) ?? this.older.get(name) ?? { left: most, atMs: this.nowMs() };
    if (this.buckets.size >= bucketsMax) {
      this.older = this.buckets;
      this.buckets = new Map();
    }
    this.buckets.set(name, bucket);
    return bucket;
  }
}
