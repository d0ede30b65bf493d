/**
 * Reads zstd frames (RFC 8878) by zstd's own decoder, compiled to WebAssembly: Node has one from 22.15 on only. The decoder must be told
 * how much room the content takes, and answers nothing where it cannot read; so the frames' heads are read here.
 */
import { ZSTDDecoder } from 'zstddec';

/** The bytes are no zstd frames that this reads; the message says what is wrong with them. */
export class ZstdFrameError extends Error {
  override readonly name = 'ZstdFrameError';
}

const magic = 0xfd2fb528;
/** The last four bits of a skippable frame's magic are free. */
const skippable = 0x184d2a5;
const FLAG = { singleSegment: 0x20, contentChecksum: 0x04 } as const;
const dictionaryBytes = [0, 1, 2, 4] as const;
const blockBytesMax = 128 * 1024;
/** Many times the content of any batch that a broker takes (`message.max.bytes`, 1 MB by default). */
const contentBytesMax = 256 * 1024 * 1024;
const BLOCK = { stored: 0, repeated: 1 } as const;

const decoder = new ZSTDDecoder();

/** Where the first block of the frame at `at` begins. */
function blocksOf(bytes: Buffer, at: number): number {
  const flags = bytes.readUInt8(at + 4);
  const isSingle = (flags & FLAG.singleSegment) !== 0;
  const sizeCode = flags >> 6;
  const sizeBytes = sizeCode === 0 ? Number(isSingle) : 2 ** sizeCode;
  return at + 5 + Number(!isSingle) + (dictionaryBytes[flags & 3] ?? 0) + sizeBytes;
}

/** The end of the frame at `at`, and bytes that its content has at most. */
function measureFrame(bytes: Buffer, at: number): { readonly end: number; readonly contentMax: number } {
  const word = bytes.readUInt32LE(at);
  if (word >>> 4 === skippable) return { end: at + 8 + bytes.readUInt32LE(at + 4), contentMax: 0 };
  if (word !== magic) throw new ZstdFrameError(`no zstd frame begins at byte ${at}`);
  const checksumBytes = (bytes.readUInt8(at + 4) & FLAG.contentChecksum) === 0 ? 0 : 4;
  let contentMax = 0;
  for (let block = blocksOf(bytes, at); ; ) {
    const head = bytes.readUIntLE(block, 3);
    const [type, size] = [(head >> 1) & 3, head >> 3];
    contentMax += type === BLOCK.stored || type === BLOCK.repeated ? size : blockBytesMax;
    block += 3 + (type === BLOCK.repeated ? 1 : size);
    if ((head & 1) === 1) return { end: block + checksumBytes, contentMax };
  }
}

/** Throws ZstdFrameError, and RangeError where the bytes end within a frame. */
function measureContent(bytes: Buffer): number {
  let contentMax = 0;
  for (let at = 0; at < bytes.length; ) {
    const frame = measureFrame(bytes, at);
    contentMax += frame.contentMax;
    at = frame.end;
  }
  if (contentMax > contentBytesMax) {
    throw new ZstdFrameError(`up to ${contentMax} bytes of content; at most ${contentBytesMax} are read`);
  }
  return contentMax;
}

/** The content of all frames together; never empty. Throws ZstdFrameError. */
export async function readZstdFrames(bytes: Buffer): Promise<Buffer> {
  let contentMax: number;
  try {
    contentMax = measureContent(bytes);
  } catch (error) {
    if (error instanceof ZstdFrameError) throw error;
    throw new ZstdFrameError(`it ends at byte ${bytes.length}, within a frame`, { cause: error });
  }
  await decoder.init();
  const content = decoder.decode(bytes, contentMax);
  if (content.length === 0) throw new ZstdFrameError('its content cannot be decoded');
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}
