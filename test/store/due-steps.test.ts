import { GRAIN_NAMES, GRAINS, SECONDS } from '../../pipeline/core/grains';
import { DAY_MS, duplicateWindowMs, HOUR_MS, MINUTE_MS, markSliceMs } from '../../pipeline/core/limits';
import { bucketEntry, dueStep, marksEntry, secondsEntry } from '../../pipeline/store/due-steps';

const tag = '{clicks.1:0}';
const startMs = Date.UTC(2026, 0, 15);
const start = startMs / 1000;

test.each(GRAIN_NAMES)('a %s is first due once nothing can be counted in it any more', (grain) => {
  const { code, lengthMs, graceMs } = GRAINS[grain];
  const { member, dueMs } = bucketEntry(code, 'demo', startMs);
  expect(dueMs).toBe(startMs + lengthMs + graceMs);
  expect(dueStep(tag, member, dueMs)).toBeUndefined();
  expect(dueStep(tag, member, dueMs + 1)).toMatchObject({ seal: `${tag}:${code}:demo:${start}`, drop: [] });
});

test('a minute is sealed, then loses dimensions and registers, then its counts', () => {
  const key = `${tag}:m:demo:${start}`;
  const endMs = startMs + MINUTE_MS;
  const at = (ms: number) => dueStep(tag, `m:demo:${start}`, endMs + ms);
  const counts = endMs + 48 * HOUR_MS;
  expect(at(11 * MINUTE_MS)).toMatchObject({ seal: key, drop: [], nextMs: endMs + 2 * HOUR_MS });
  expect(at(3 * HOUR_MS)).toMatchObject({ drop: [`${key}:d`, `${key}:x`, `${key}:h`], nextMs: counts });
  expect(at(49 * HOUR_MS)).toMatchObject({ seal: undefined, nextMs: undefined });
  expect(at(49 * HOUR_MS)?.drop.toSorted()).toEqual([key, `${key}:d`, `${key}:h`, `${key}:v`, `${key}:x`]);
});

test('an hour keeps its registers as long as its counts', () => {
  const key = `${tag}:h:demo:${start}`;
  expect(dueStep(tag, `h:demo:${start}`, startMs + 4 * DAY_MS)).toMatchObject({
    drop: [`${key}:d`, `${key}:x`],
  });
  expect(dueStep(tag, `h:demo:${start}`, startMs + 36 * DAY_MS)?.drop).toContain(`${key}:h`);
});

test('a day is sealed, and 400 days later dropped whole', () => {
  const sealed = dueStep(tag, `d:demo:${start}`, startMs + 5 * DAY_MS);
  expect(sealed).toMatchObject({ drop: [], nextMs: startMs + 401 * DAY_MS });
  expect(dueStep(tag, `d:demo:${start}`, startMs + 402 * DAY_MS)?.drop).toHaveLength(5);
});

test('seconds go whole', () => {
  const { member, dueMs } = secondsEntry('demo', startMs);
  expect(dueMs).toBe(startMs + MINUTE_MS + SECONDS.keptMs);
  expect(dueStep(tag, member, dueMs + 1)).toMatchObject({
    nextMs: undefined,
    drop: [`${tag}:s:demo:${start}`],
  });
});

test('marks go when no later event can be compared with them, and not before', () => {
  const slice = 1_000;
  const { member, dueMs } = marksEntry(slice);
  const lastUseMs = (slice + duplicateWindowMs / markSliceMs + 1) * markSliceMs - 1;
  expect(dueStep(tag, member, lastUseMs)).toBeUndefined();
  expect(dueStep(tag, member, dueMs + 1)?.drop).toEqual([`${tag}:marks:${slice}`]);
  expect(dueMs).toBe(lastUseMs + 1);
});

test('a member that nobody writes is a fault of the store', () => {
  expect(() => dueStep(tag, 'x:demo:1', 0)).toThrow(/unknown grain "x"/);
});
