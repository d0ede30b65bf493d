/**
 * Health of the producer, for a container's check: a file that is touched at each heartbeat that Kafka acknowledged on
 * every partition. `health-check.ts` looks at its age.
 */
import { statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const healthFile = join(tmpdir(), 'clickstream-producer-health');
/** Heartbeats are a second apart; a restart of Kafka takes several. */
export const healthyMsMax = 15_000;

let isWritable = true;

/** Where the folder cannot be written (a read-only container) there is no file, and no check that could use it. */
export function touchHealthFile(nowMs: number, file = healthFile): void {
  if (!isWritable) return;
  try {
    writeFileSync(file, String(nowMs));
  } catch {
    isWritable = false;
  }
}

/** How long ago the last heartbeat was acknowledged; undefined: never. */
export function readHealthAgeMs(nowMs: number, file = healthFile): number | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? undefined : nowMs - stats.mtimeMs;
}

export function isHealthy(ageMs: number | undefined): boolean {
  return ageMs !== undefined && ageMs < healthyMsMax;
}
