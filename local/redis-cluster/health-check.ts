/** `node health-check.js`: exit 0 while the cluster of this container's keeper serves, else 1 and why. */
import { isHealthy, readHealthAgeMs } from '../../producer/health';
import { clusterHealthFile } from './health-file';

const ageMs = readHealthAgeMs(Date.now(), clusterHealthFile);
if (!isHealthy(ageMs)) {
  const ago = ageMs === undefined ? 'not yet' : `${Math.round(ageMs / 1000)} s ago`;
  console.error(`the cluster last served: ${ago}`);
  process.exitCode = 1;
}
