/** A set of 16-byte digests in 24 to 48 bytes each, as four words in one array: a window of messageIds may hold a million. */
const wordsEach = 4;
const capacityMin = 16;
const fillMax = 0.66;

export class DigestSet {
  size = 0;
  private words = new Uint32Array(wordsEach * capacityMin);
  private capacity = capacityMin;

  /** Of its first 16 bytes. All zeros mark a free place: no digest has them, but for one in 2^128. */
  add(digest: Buffer): void {
    const [a, b, c, d] = readWords(digest);
    if (!this.put(a, b, c, d)) return;
    this.size += 1;
    if (this.size > fillMax * this.capacity) this.grow();
  }

  has(digest: Buffer): boolean {
    const [a, b, c, d] = readWords(digest);
    return !this.isFree(this.placeOf(a, b, c, d));
  }

  /** In hexadecimal. */
  *hexes(): Iterable<string> {
    const bytes = Buffer.alloc(4 * wordsEach);
    for (let at = 0; at < this.words.length; at += wordsEach) {
      if (this.isFree(at)) continue;
      for (let i = 0; i < wordsEach; i++) bytes.writeUInt32BE(this.words[at + i] as number, 4 * i);
      yield bytes.toString('hex');
    }
  }

  private isFree(at: number): boolean {
    const { words } = this;
    return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0;
  }

  /** Place of its first word: where it is, or would be. */
  private placeOf(a: number, b: number, c: number, d: number): number {
    const { words } = this;
    const mask = this.capacity - 1;
    for (let slot = d & mask; ; slot = (slot + 1) & mask) {
      const at = slot * wordsEach;
      const isSame = words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d;
      if (isSame || this.isFree(at)) return at;
    }
  }

  /** False: it was there. */
  private put(a: number, b: number, c: number, d: number): boolean {
    const at = this.placeOf(a, b, c, d);
    if (!this.isFree(at)) return false;
    this.words.set([a, b, c, d], at);
    return true;
  }

  private grow(): void {
    const before = this.words;
    this.capacity *= 2;
    this.words = new Uint32Array(wordsEach * this.capacity);
    for (let at = 0; at < before.length; at += wordsEach) {
      const [a, b, c, d] = before.subarray(at, at + wordsEach) as unknown as [number, number, number, number];
      if (a !== 0 || b !== 0 || c !== 0 || d !== 0) this.put(a, b, c, d);
    }
  }
}

function readWords(digest: Buffer): [number, number, number, number] {
  return [digest.readUInt32BE(0), digest.readUInt32BE(4), digest.readUInt32BE(8), digest.readUInt32BE(12)];
}
