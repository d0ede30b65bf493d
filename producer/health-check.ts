/** `node health-check.js`: exit 0 while the producer of this container is heard by Kafka, else 1 and a line that says why. */
import { healthyMsMax, isHealthy, readHealthAgeMs } from './health';

const ageMs = readHealthAgeMs(Date.now());
if (!isHealthy(ageMs)) {
  const age = ageMs === undefined ? 'none yet' : `${Math.round(ageMs / 1000)} s old`;
  console.error(`last acknowledged heartbeat: ${age}; allowed: ${healthyMsMax / 1000} s`);
  process.exitCode = 1;
}
