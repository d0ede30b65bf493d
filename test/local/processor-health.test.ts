import { ProcessorHealth } from '../../local/processor-health';

const succeeded = { failedRecords: 0 };
const failed = { failedRecords: 10 };
const partlyFailed = { failedRecords: 1 };

function watched(): { readonly health: ProcessorHealth; readonly touchedAtMs: number[] } {
  const touchedAtMs: number[] = [];
  return { health: new ProcessorHealth((nowMs) => touchedAtMs.push(nowMs)), touchedAtMs };
}

test('a processor that the group hears from is healthy, with nothing to count as well', () => {
  const { health, touchedAtMs } = watched();

  health.noteGroupHeartbeat(1);

  expect(touchedAtMs).toEqual([1]);
});

test.each([failed, partlyFailed])(
  'a processor whose batches fail is not ($failedRecords records)',
  (report) => {
    const { health, touchedAtMs } = watched();

    health.noteInvocation(report);
    health.noteGroupHeartbeat(1);

    expect(touchedAtMs).toEqual([]);
  },
);

test('it is again as soon as one succeeds', () => {
  const { health, touchedAtMs } = watched();

  health.noteInvocation(failed);
  health.noteInvocation(succeeded);
  health.noteGroupHeartbeat(2);

  expect(touchedAtMs).toEqual([2]);
});
