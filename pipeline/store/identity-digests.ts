/** The digests of a run's identities, and which of them are the same: told by the digests, since what the store knows of an id is no more. */
import { markDigestBytes, writeMarkDigest } from './digest';
import type { EventIdentity, ShardLookUp } from './store-port';

const wordsOfDigest = markDigestBytes / 4;

/** A table of places with free ones between them: of a power of two, at least twice as many as there are digests. */
class DigestTable {
  private readonly places: Int32Array;
  private readonly mask: number;

  constructor(private readonly words: Int32Array) {
    const slots = 2 ** Math.ceil(Math.log2((2 * words.length) / wordsOfDigest + 1));
    this.places = new Int32Array(slots).fill(-1);
    this.mask = slots - 1;
  }

  /** The first place that was asked for with the same digest. */
  firstPlaceOf(place: number): number {
    let slot = (this.words[place * wordsOfDigest] as number) & this.mask;
    for (;;) {
      const held = this.places[slot] as number;
      if (held < 0) {
        this.places[slot] = place;
        return place;
      }
      if (this.isSame(held, place)) return held;
      slot = (slot + 1) & this.mask;
    }
  }

  private isSame(a: number, b: number): boolean {
    for (let i = 0; i < wordsOfDigest; i += 1) {
      if (this.words[a * wordsOfDigest + i] !== this.words[b * wordsOfDigest + i]) return false;
    }
    return true;
  }
}

/** As the look-up answers them. */
export function digestIdentities(
  identities: readonly (EventIdentity | undefined)[],
): Pick<ShardLookUp, 'digests' | 'asked' | 'firstPlaces'> {
  const words = new Int32Array(identities.length * wordsOfDigest);
  const digests = Buffer.from(words.buffer);
  const table = new DigestTable(words);
  const asked: number[] = [];
  const firstPlaces: number[] = [];
  /** Place in the run of each digest. */
  const places: number[] = [];
  for (const [place, identity] of identities.entries()) {
    if (identity === undefined) {
      asked.push(-1);
      firstPlaces.push(place);
      continue;
    }
    const at = places.length;
    writeMarkDigest(digests, at * markDigestBytes, identity.siteId, identity.messageId);
    places.push(place);
    asked.push(at);
    firstPlaces.push(places[table.firstPlaceOf(at)] as number);
  }
  return { digests: digests.subarray(0, places.length * markDigestBytes), asked, firstPlaces };
}
