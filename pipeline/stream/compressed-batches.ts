/**
 * Lets every kafkajs client of this process read batches that their producer, or the broker, has compressed with snappy, lz4 or zstd;
 * by itself kafkajs reads gzip alone, and a single such batch would stop whoever reads the partition. All in JavaScript and
 * WebAssembly, so that a bundle needs no file beside it and runs on any processor. Nothing here writes: our own producers do not compress.
 */
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { uncompress as readRawSnappy } from 'snappyjs';
import { readLz4Frame } from './lz4-frame';
import { readZstdFrames } from './zstd-frames';

/** A batch cannot be read; no retry mends it. The message says the codec, and what is wrong. */
export class UnreadableBatchError extends Error {
  override readonly name = 'UnreadableBatchError';
  /** As kafkajs asks. */
  readonly retriable = false;
}

/**
 * Java's producers and brokers put snappy into the frame of xerial's snappy-java: this head, two versions, then blocks, each with its
 * size in front. Others (librdkafka) write one raw block. Both are what Kafka reads.
 */
const xerialMagic = Buffer.from('\x82SNAPPY\0', 'latin1');
const xerialHeadBytes = xerialMagic.length + 8;

export function readSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, xerialMagic.length).equals(xerialMagic)) return readRawSnappy(bytes);
  const blocks: Buffer[] = [];
  for (let at = xerialHeadBytes; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    const end = at + 4 + size;
    if (end > bytes.length) throw new RangeError(`it ends at byte ${bytes.length}, within a block`);
    blocks.push(readRawSnappy(bytes.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}

type Read = (bytes: Buffer) => Buffer | Promise<Buffer>;
type ReadCodec = Exclude<CompressionTypes, CompressionTypes.None | CompressionTypes.GZIP>;

const readers: readonly [name: string, type: ReadCodec, read: Read][] = [
  ['snappy', CompressionTypes.Snappy, readSnappy],
  ['lz4', CompressionTypes.LZ4, readLz4Frame],
  ['zstd', CompressionTypes.ZSTD, readZstdFrames],
];

/** As kafkajs wants a codec. Throws UnreadableBatchError. */
function codec(name: string, read: Read) {
  return {
    compress(): Promise<Buffer> {
      throw new Error(`this program does not write ${name}`);
    },
    async decompress(bytes: Buffer): Promise<Buffer> {
      try {
        return await read(bytes);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UnreadableBatchError(`a batch in ${name} cannot be read: ${reason}`, { cause: error });
      }
    },
  };
}

/** Idempotent; concerns every kafkajs client of this process. */
export function readCompressedBatches(): void {
  for (const [name, type, read] of readers) {
    const made = codec(name, read);
    CompressionCodecs[type] = () => made;
  }
}
