/** Reading a file line by line, and planning when each is due. */
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { HOUR_MS } from '../../pipeline/core/limits';
import { readLines, surveyLog } from '../../producer/replay/log-file';
import { detectFormat, timeReader } from '../../producer/replay/log-format';
import { describeProgress } from '../../producer/replay/progress-bar';
import { planReplay } from '../../producer/replay/replay-plan';
import { readVisitorKey } from '../../producer/replay/visitor-key';

const folder = mkdtempSync(join(tmpdir(), 'log-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function linesOf(path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readLines(path)) lines.push(line);
  return lines;
}

test.each([
  ['empty', '', []],
  ['one without end', 'a', ['a']],
  ['LF and CRLF', 'a\nb\r\n\nc\n', ['a', 'b', '', 'c']],
  ['other signs that end a line elsewhere', 'a\u2028b\rc\n', ['a\u2028b\rc']],
])('lines are what wc counts: %s', async (name, content, lines) => {
  expect(await linesOf(file(`${name}.log`, content))).toEqual(lines);
});

test('signs of several bytes are whole at the bounds of what is read at once', async () => {
  const line = '€'.repeat(50_000);

  expect(await linesOf(file('wide.log', `${line}\n${line}\n`))).toEqual([line, line]);
});

test('a line without end is cut, so that it cannot fill memory', async () => {
  const [line, next] = await linesOf(file('endless.log', `${'x'.repeat(5_000_000)}\nnext`));

  expect(line).toHaveLength(64 * 1024);
  expect(next).toBe('next');
});

test('a file packed with gzip is unpacked', async () => {
  expect(await linesOf(file('a.log.gz', gzipSync('a\nb\n')))).toEqual(['a', 'b']);
});

test('a file that is no gzip, and one that is not there, is an error', async () => {
  await expect(linesOf(file('bad.gz', 'plain'))).rejects.toThrow(/header/);
  await expect(linesOf(join(folder, 'none.gz'))).rejects.toThrow(/ENOENT/);
});

test.each([
  ['events', '\n{"v":1}\n'],
  ['cloudfront', '#Version: 1.0\n'],
  ['combined', '# Notes\n'],
  ['combined', '192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "a"'],
])('%s is told by its first line', async (format, content) => {
  expect(await detectFormat(file(`${format}.log`, content))).toBe(format);
});

test('a survey finds the oldest and the newest time, in any order', async () => {
  const path = 'test/fixtures/logs/cloudfront.log';
  const survey = await surveyLog(path, timeReader('cloudfront'));

  const startMs = Date.UTC(2026, 0, 5, 10);
  expect(survey).toEqual({ lines: 10, oldestMs: startMs, newestMs: startMs + 15_000 });
});

describe('a plan', () => {
  const survey = { lines: 3, oldestMs: 0, newestMs: HOUR_MS };
  const startMs = 1_000 * HOUR_MS;

  test('at full speed: everything at once; shifted, the newest is now', () => {
    const { shiftMs, dueMs } = planReplay(survey, 'max', true, startMs);

    expect(shiftMs).toBe(startMs - HOUR_MS);
    expect(dueMs(startMs)).toBe(startMs);
  });

  test.each([1, 60])('at speed %d: the newest has the time at which it is due', (speed) => {
    const { shiftMs, dueMs } = planReplay(survey, speed, true, startMs);

    expect(dueMs(0 + shiftMs)).toBe(startMs);
    expect(dueMs(HOUR_MS + shiftMs)).toBe(HOUR_MS + shiftMs);
    expect(HOUR_MS + shiftMs).toBe(startMs + HOUR_MS / speed);
  });

  test('not shifted: own times, and the pauses of the log', () => {
    const { shiftMs, dueMs } = planReplay(survey, 2, false, startMs);

    expect(shiftMs).toBe(0);
    expect(dueMs(HOUR_MS)).toBe(startMs + HOUR_MS / 2);
  });
});

test('the visitors’ key stays while it is used, and is another one a day later', () => {
  const path = join(folder, 'home', 'replay.key');
  const nowMs = Date.now();

  const first = readVisitorKey(path, nowMs);
  const again = readVisitorKey(path, nowMs + 20 * HOUR_MS);
  const usedSince = readVisitorKey(path, nowMs + 40 * HOUR_MS);
  const later = readVisitorKey(path, nowMs + 65 * HOUR_MS);

  expect(first).toHaveLength(32);
  expect(again).toEqual(first);
  expect(usedSince).toEqual(first);
  expect(later).not.toEqual(first);
  expect(readFileSync(path)).toEqual(later);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a key file that was cut short is replaced', () => {
  const path = file('short.key', 'abc');
  utimesSync(path, new Date(), new Date());

  expect(readVisitorKey(path, Date.now())).toHaveLength(32);
});

test('progress in words and cells', () => {
  expect(describeProgress(5_000, 10_000)).toBe(
    `[${'#'.repeat(15)}${' '.repeat(15)}] 50 %  5,000 of 10,000 lines`,
  );
  expect(describeProgress(0, 0)).toContain('100 %');
});
