/** Frames by hand, byte by byte. What Kafka itself writes is read in compressed-batches.kafka.test.ts. */
import { compress } from 'snappyjs';
import { readSnappy } from '../../pipeline/stream/compressed-batches';
import { Lz4FrameError, readLz4Frame } from '../../pipeline/stream/lz4-frame';

const blocksOf64KB = 0x40;
const end = [0, 0, 0, 0];

/** `flags`: over those of a frame of independent blocks. The header's checksum is not read, so it is 0 here. */
function frame(flags: number, sizeCode: number, ...rest: readonly number[]): Buffer {
  return Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60 | flags, sizeCode, ...rest]);
}

function block(...bytes: readonly number[]): number[] {
  return [bytes.length, 0, 0, 0, ...bytes];
}

const ascii = (text: string): number[] => [...Buffer.from(text)];
/** `abcdabcdabcde`: four literals, a match of eight that overlaps itself, one literal. */
const overlapping = block(0x44, ...ascii('abcd'), 4, 0, 0x10, ...ascii('e'));

test('literals, and a match that overlaps what it writes', () => {
  expect(readLz4Frame(frame(0, blocksOf64KB, 0, ...overlapping, ...end)).toString()).toBe('abcdabcdabcde');
});

test('lengths that go on behind their token', () => {
  const literals = 'x'.repeat(15 + 255 + 3);
  const match = 4 + 15 + 255 + 1;
  const bytes = [0xff, 255, 3, ...ascii(literals), 1, 0, 255, 1];
  const size = [bytes.length % 256, Math.floor(bytes.length / 256), 0, 0];

  const read = readLz4Frame(frame(0, blocksOf64KB, 0, ...size, ...bytes, ...end));

  expect(read.toString()).toBe('x'.repeat(literals.length + match));
});

test('content size, checksums of blocks and content, and blocks as they were, are passed over or taken', () => {
  const stored = [3, 0, 0, 0x80, ...ascii('xyz'), 1, 2, 3, 4];
  const bytes = [8, 0, 0, 0, 0, 0, 0, 0, 0, ...overlapping, 9, 9, 9, 9, ...stored, ...end, 7, 7, 7, 7];
  expect(readLz4Frame(frame(0x10 | 0x08 | 0x04, blocksOf64KB, ...bytes)).toString()).toBe('abcdabcdabcdexyz');
});

test('a block may reach back into the one before', () => {
  const back = block(0x00, 13, 0, 0x10, ...ascii('!'));
  expect(readLz4Frame(frame(0, blocksOf64KB, 0, ...overlapping, ...back, ...end)).toString()).toBe(
    'abcdabcdabcdeabcd!',
  );
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['something else', Buffer.from('not a frame at all')],
  ['another version', frame(0x80, blocksOf64KB, 0, ...end)],
  ['a dictionary', frame(0x01, blocksOf64KB, 0, ...end)],
  ['a block size that there is none of', frame(0, 0x30, 0, ...end)],
  ['no last block', frame(0, blocksOf64KB, 0, ...overlapping)],
  ['a block cut short', frame(0, blocksOf64KB, 0, 200, 0, 0, 0, ...ascii('abc'))],
  ['literals beyond the block', frame(0, blocksOf64KB, 0, ...block(0xf0, 255, 255, 1), ...end)],
  ['a length without end', frame(0, blocksOf64KB, 0, ...block(0xf0, 255, 255, 255), ...end)],
  ['a match before the start', frame(0, blocksOf64KB, 0, ...block(0x14, ...ascii('a'), 9, 0, 0), ...end)],
  ['a match at no distance', frame(0, blocksOf64KB, 0, ...block(0x14, ...ascii('a'), 0, 0, 0), ...end)],
  [
    'more than a block may hold',
    frame(
      0,
      blocksOf64KB,
      0,
      ...block(0x1f, ...ascii('a'), 1, 0, ...Array<number>(300).fill(255), 0),
      ...end,
    ),
  ],
])('%s is refused', (_, bytes) => {
  expect(() => readLz4Frame(bytes)).toThrow(Lz4FrameError);
});

describe('snappy', () => {
  const text = Buffer.from('clickstream '.repeat(400));

  test('one raw block, as librdkafka writes it', () => {
    expect(readSnappy(compress(text)).equals(text)).toBe(true);
  });

  test('a frame of several blocks that is cut short is refused', () => {
    const packed = compress(text);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(packed.length);
    const head = Buffer.from('\x82SNAPPY\0\0\0\0\x01\0\0\0\x01', 'latin1');
    const framed = Buffer.concat([head, size, packed, size, packed]);
    expect(readSnappy(framed).equals(Buffer.concat([text, text]))).toBe(true);
    expect(() => readSnappy(framed.subarray(0, framed.length - 1))).toThrow();
  });
});
