import type { WriteStream } from 'node:tty';
import { describeRebuild, describeSeconds, RebuildProgressLine } from '../../local/rebuild-progress';

const progress = { partition: 3, from: 0, next: 9_900, to: 10_000 };

test('a line says how far, how fast and how long still', () => {
  expect(describeRebuild(progress, { partitions: 4, perSecond: 50 })).toBe(
    '[############################# ] 99 %  partition 3 (of 4), offset 9,900 of 10,000, 50/s, 2 s left',
  );
});

test('before anything was counted there is no rate, and no guess of the time', () => {
  expect(describeRebuild(progress, { partitions: 4, perSecond: undefined })).toMatch(
    /offset 9,900 of 10,000$/,
  );
});

test('a rebuild that is gone on with near its end begins without a rate, and has one after its first records', async () => {
  const written: string[] = [];
  const terminal = { isTTY: true, write: (text: string) => written.push(text) } as unknown as WriteStream;
  const line = new RebuildProgressLine(terminal, 4);

  line.show(progress);
  await new Promise((resolve) => setTimeout(resolve, 5));
  line.show({ ...progress, next: 10_000 });

  expect(written[0]).toMatch(/of 10,000$/);
  expect(written[1]).toMatch(/100 %.*offset 10,000 of 10,000, [1-9][\d,]*\/s, 0 s left$/);
});

test.each([
  [0, '0 s'],
  [59.2, '1 min 0 s'],
  [3_600, '1 h 0 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(describeSeconds(seconds)).toBe(text);
});
