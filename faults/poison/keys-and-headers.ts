/** What stands beside a value: keys decide where a record lies, headers nothing; neither may decide what it is. */
import type { Random } from '../../producer/simulator/random';
import { HOSTILE_TEXTS } from './hostile-texts';
import { pick } from './times';

export type Headers = Readonly<Record<string, Buffer | Buffer[]>>;

/** With a value that may be counted it is just below what the broker takes. */
const keyBytesMax = 850_000;
const besideBytesMax = 40_000;
/** One in so many keys is that long: they are a tenth of the bytes of a run all the same. */
const longKeyShare = 1 / 5_000;

/** `proper`: `siteId:anonymousId`, as producers are told to write it; undefined where the record has none. */
export function drawKey(random: Random, proper: string | undefined, valueBytes: number): Buffer | null {
  if (random() < longKeyShare && valueBytes <= besideBytesMax) return Buffer.alloc(keyBytesMax, 'k');
  const draw = random();
  if (draw < 0.75 && proper !== undefined) return Buffer.from(proper);
  if (draw < 0.85) return null;
  if (draw < 0.88) return Buffer.alloc(0);
  if (draw < 0.93) return Buffer.from(Array.from({ length: 16 }, () => random() * 256));
  return Buffer.from(pick(random, HOSTILE_TEXTS));
}

const names = ['__proto__', 'constructor', 'toString', 'length', 'push', '', 'traceparent', 'ü', '\u001B[2J'];

export function drawHeaders(random: Random): Headers | undefined {
  if (random() < 0.8) return undefined;
  const headers: Record<string, Buffer | Buffer[]> = Object.create(null) as Record<string, Buffer | Buffer[]>;
  const count = random() < 0.02 ? 200 : 1 + Math.floor(random() * 3);
  for (let i = 0; i < count; i += 1) {
    const value = Buffer.from(pick(random, HOSTILE_TEXTS));
    const name = i < names.length ? pick(random, names) : `h${i}`;
    headers[name] = random() < 0.2 ? [value, Buffer.alloc(0), value] : value;
  }
  return headers;
}
