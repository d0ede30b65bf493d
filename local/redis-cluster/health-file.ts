import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Touched while the cluster serves; the container's check looks at its age. */
export const clusterHealthFile = join(tmpdir(), 'clickstream-redis-cluster-health');
