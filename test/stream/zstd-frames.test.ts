/** What is no frame, or a broken one. What Kafka itself writes is read in compressed-batches.kafka.test.ts. */
import { readZstdFrames, ZstdFrameError } from '../../pipeline/stream/zstd-frames';

const magic = [0x28, 0xb5, 0x2f, 0xfd];

/** Of a single segment of up to 255 bytes. */
function frame(contentBytes: number, ...blocks: readonly number[]): Buffer {
  return Buffer.from([...magic, 0x20, contentBytes, ...blocks]);
}

function block(isLast: boolean, type: number, size: number, ...bytes: readonly number[]): number[] {
  const head = size * 8 + type * 2 + Number(isLast);
  return [head % 256, Math.floor(head / 256) % 256, Math.floor(head / 65_536), ...bytes];
}

const ascii = (text: string): number[] => [...Buffer.from(text)];
const stored = (text: string, isLast = true): number[] => block(isLast, 0, text.length, ...ascii(text));

test('stored and repeated blocks, a second frame, and a frame that is to be skipped', async () => {
  const first = frame(7, ...stored('abc', false), ...block(true, 1, 4, ...ascii('x')));
  const skipped = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
  const read = await readZstdFrames(Buffer.concat([first, skipped, frame(2, ...stored('yz'))]));
  expect(read.toString()).toBe('abcxxxxyz');
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['something else', Buffer.from('not a frame at all')],
  ['a head alone', Buffer.from(magic)],
  ['a frame without its last block', frame(3, ...stored('abc', false))],
  ['a frame that is cut short', frame(3, ...stored('abc')).subarray(0, 11)],
  ['a compressed block of nonsense', frame(200, ...block(true, 2, 5, 1, 2, 3, 4, 5))],
  ['content that differs from its size', frame(9, ...stored('abc'))],
  ['junk behind the frame', Buffer.concat([frame(3, ...stored('abc')), Buffer.from('junk')])],
  [
    'more content than is read',
    frame(9, ...Array.from({ length: 200 }, () => block(false, 1, 2 ** 21 - 1, 7)).flat(), ...stored('abc')),
  ],
])('%s is refused', async (_, bytes) => {
  await expect(readZstdFrames(bytes)).rejects.toThrow(ZstdFrameError);
});

test('after a broken one the next is read', async () => {
  await expect(readZstdFrames(frame(200, ...block(true, 2, 5, 1, 2, 3, 4, 5)))).rejects.toThrow(
    ZstdFrameError,
  );
  expect((await readZstdFrames(frame(3, ...stored('abc')))).toString()).toBe('abc');
});
