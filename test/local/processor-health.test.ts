import { ProcessorHealth } from '../../local/processor-health';

const succeeded = { outcome: { kind: 'succeeded', responseText: 'null' } } as const;
const failed = { outcome: { kind: 'failed', reason: 'StoreError: no connection' } } as const;
const timedOut = { outcome: { kind: 'timed_out' } } as const;

function watched(): { readonly health: ProcessorHealth; readonly touchedAtMs: number[] } {
  const touchedAtMs: number[] = [];
  return { health: new ProcessorHealth((nowMs) => touchedAtMs.push(nowMs)), touchedAtMs };
}

test('a processor that the group hears from is healthy, with nothing to count as well', () => {
  const { health, touchedAtMs } = watched();

  health.noteGroupHeartbeat(1);

  expect(touchedAtMs).toEqual([1]);
});

test.each([failed, timedOut])('a processor whose batches fail is not ($outcome.kind)', (report) => {
  const { health, touchedAtMs } = watched();

  health.noteInvocation(report);
  health.noteGroupHeartbeat(1);

  expect(touchedAtMs).toEqual([]);
});

test('it is again as soon as one succeeds', () => {
  const { health, touchedAtMs } = watched();

  health.noteInvocation(failed);
  health.noteInvocation(succeeded);
  health.noteGroupHeartbeat(2);

  expect(touchedAtMs).toEqual([2]);
});
