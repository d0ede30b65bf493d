/** `node processor-health-check.js`: exit 0 while the processor of this container counts, or could; else 1 and why. */
import { healthyMsMax, isHealthy, readHealthAgeMs } from '../producer/health';
import { processorHealthFile } from './processor-health';

const ageMs = readHealthAgeMs(Date.now(), processorHealthFile);
if (!isHealthy(ageMs)) {
  const age = ageMs === undefined ? 'none yet' : `${Math.round(ageMs / 1000)} s old`;
  console.error(
    `last heartbeat of the group without a failing batch: ${age}; allowed: ${healthyMsMax / 1000} s`,
  );
  process.exitCode = 1;
}
