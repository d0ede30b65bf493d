import { CountingProgress } from '../local/counting-progress';
import { formatEntry, readLogFormat } from '../pipeline/log-line';

const at = '2026-11-25T15:04:05.678Z';

test('JSON is one object a line', () => {
  const line = formatEntry('json', { at, level: 'warn', component: 'consumer', message: 'late', count: 2 });

  expect(line.endsWith('}\n')).toBe(true);
  expect(JSON.parse(line)).toEqual({ at, level: 'warn', component: 'consumer', message: 'late', count: 2 });
});

test('text says the level where it is none of every day, and who speaks', () => {
  const entry = {
    at,
    component: 'consumer',
    message: 'batch not counted',
    reason: 'Redis is away',
    left: undefined,
  };

  expect(formatEntry('text', { ...entry, level: 'error' })).toBe(
    'error consumer: batch not counted (reason Redis is away)\n',
  );
  expect(formatEntry('text', { ...entry, level: 'info' })).toBe(
    'consumer: batch not counted (reason Redis is away)\n',
  );
});

test("a program's own line needs no name", () => {
  expect(formatEntry('text', { at, component: 'producer', message: 'producing', seed: 7 })).toBe(
    'producing (seed 7)\n',
  );
});

test('nothing that is logged can begin a line or steer a terminal', () => {
  const hostile = 'x\ny\r\u001b[2Jz\u0085\u2028';

  expect(formatEntry('text', { at, level: 'info', message: hostile })).toBe(
    'x\\u000ay\\u000d\\u001b[2Jz\\u0085\\u2028\n',
  );
});

test('any other format is refused', () => {
  expect(() => readLogFormat({ LOG_FORMAT: 'xml' })).toThrow('LOG_FORMAT: "xml"; allowed: json | text');
  expect(readLogFormat({})).toBe('json');
});

test('progress is what was counted since the last line, and batches that failed where there were any', () => {
  const said: unknown[] = [];
  const progress = new CountingProgress((_level, message, fields) => said.push({ message, ...fields }));
  progress.report(1e9);
  progress.note({ records: 100, failedRecords: 0 });
  progress.note({ records: 50, failedRecords: 50 });
  progress.report(1e9 + 10_000);
  progress.report(1e9 + 20_000);

  expect(said.slice(1)).toEqual([
    { message: 'counted', recordsPerSecond: 10, records: 100, batches: 2, failedBatches: 1 },
    { message: 'counted', recordsPerSecond: 0, records: 0, batches: 0 },
  ]);
});
