/**
 * Reads LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), as Kafka's lz4 batches are. Here and not a
 * package, since those that need no compiler read past the end of what is broken, or cannot read frames
 * (docs/decisions/0007-dependencies.md). Checksums are skipped: the broker has checked the batch when it was written.
 */

/** The bytes are no LZ4 frame that this reads; the message says what is wrong with them. */
export class Lz4FrameError extends Error {
  override readonly name = 'Lz4FrameError';
}

const magic = 0x184d2204;
const version = 1;
/** Of the frame's first flags. */
const FLAG = { blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 } as const;
/** Of a block's size: its bytes are as they were. */
const isStored = 0x8000_0000;
const blockBytesMax: Readonly<Record<number, number>> = { 4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304 };
/** A match is at least so long; its length is written less by it. */
const matchBytesMin = 4;
/** In half a token: the length goes on in the bytes behind it. */
const lengthGoesOn = 15;

interface Frame {
  readonly blockBytesMax: number;
  readonly hasBlockChecksum: boolean;
  /** Where the first block's size stands. */
  readonly start: number;
}

function readFrame(from: Buffer): Frame {
  if (from.length < 7 || from.readUInt32LE(0) !== magic)
    throw new Lz4FrameError('it does not begin as an LZ4 frame');
  const flags = from.readUInt8(4);
  if (flags >> 6 !== version) throw new Lz4FrameError(`version ${flags >> 6} of frames; known: ${version}`);
  if ((flags & FLAG.dictionary) !== 0) throw new Lz4FrameError('it needs a dictionary, which no broker has');
  const sizeCode = (from.readUInt8(5) >> 4) & 7;
  const bytesMax = blockBytesMax[sizeCode];
  if (bytesMax === undefined) throw new Lz4FrameError(`block size ${sizeCode}; known: 4 to 7`);
  return {
    blockBytesMax: bytesMax,
    hasBlockChecksum: (flags & FLAG.blockChecksum) !== 0,
    start: 7 + ((flags & FLAG.contentSize) === 0 ? 0 : 8),
  };
}

/** Bytes that were read, and a place in them that may not go beyond their end. */
class Cursor {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
    private readonly end: number,
  ) {}

  get isAtEnd(): boolean {
    return this.at === this.end;
  }

  /** Where the next `count` bytes begin. Throws Lz4FrameError. */
  take(count: number): number {
    const from = this.at;
    if (count > this.end - from) throw new Lz4FrameError(`it ends at byte ${this.end}, within a block`);
    this.at = from + count;
    return from;
  }

  byte(): number {
    return this.bytes[this.take(1)] as number;
  }

  /** `first`: what stands in the token. */
  length(first: number): number {
    let length = first;
    for (let more = first === lengthGoesOn ? 255 : 0; more === 255; length += more) more = this.byte();
    return length;
  }
}

/**
 * `held`: what the frame has given so far, with the last of it in front, since matches of linked blocks reach back; room for one more
 * block behind. Answers where it ends now.
 */
function readBlock(from: Buffer, cursor: Cursor, held: Buffer, heldBytes: number): number {
  let to = heldBytes;
  while (!cursor.isAtEnd) {
    const token = cursor.byte();
    const literals = cursor.length(token >> 4);
    const at = cursor.take(literals);
    if (literals > held.length - to) throw new Lz4FrameError('a block is larger than the frame allows');
    from.copy(held, to, at, at + literals);
    to += literals;
    if (cursor.isAtEnd) break;
    const offset = cursor.byte() + 256 * cursor.byte();
    const match = cursor.length(token & 15) + matchBytesMin;
    if (offset === 0 || offset > to) throw new Lz4FrameError(`a match ${offset} bytes before the start`);
    if (match > held.length - to) throw new Lz4FrameError('a block is larger than the frame allows');
    if (offset >= match) held.copyWithin(to, to - offset, to - offset + match);
    else for (let i = 0; i < match; i += 1) held[to + i] = held[to + i - offset] as number;
    to += match;
  }
  return to;
}

/** The content of one frame; what follows it is left. Throws Lz4FrameError. */
export function readLz4Frame(from: Buffer): Buffer {
  const frame = readFrame(from);
  let held: Buffer = Buffer.allocUnsafe(frame.blockBytesMax);
  let heldBytes = 0;
  for (let at = frame.start; ; ) {
    if (at + 4 > from.length)
      throw new Lz4FrameError(`it ends at byte ${from.length}, before its last block`);
    const word = from.readUInt32LE(at);
    if (word === 0) return held.subarray(0, heldBytes);
    const size = word % isStored;
    const [start, end] = [at + 4, at + 4 + size];
    if (end > from.length) throw new Lz4FrameError(`it ends at byte ${from.length}, within a block`);
    if (held.length - heldBytes < frame.blockBytesMax) {
      const larger = Buffer.allocUnsafe(2 * held.length + frame.blockBytesMax);
      held.copy(larger, 0, 0, heldBytes);
      held = larger;
    }
    const room = held.subarray(0, heldBytes + frame.blockBytesMax);
    if (word >= isStored) {
      if (size > frame.blockBytesMax) throw new Lz4FrameError('a block is larger than the frame allows');
      heldBytes += from.copy(room, heldBytes, start, end);
    } else {
      heldBytes = readBlock(from, new Cursor(from, start, end), room, heldBytes);
    }
    at = end + (frame.hasBlockChecksum ? 4 : 0);
  }
}
