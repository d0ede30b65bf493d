import { ensureValkey, serverlessUser, startCluster, startStandalone } from '../support/redis-servers';
import { conformsAs } from './conformance';

conformsAs('Redis, standalone', () => startStandalone());
conformsAs('Redis Cluster of three primaries', () => startCluster());
conformsAs('Valkey 9, standalone', () => startStandalone({ binary: ensureValkey() }));
conformsAs('Valkey 9 Cluster without the commands that ElastiCache Serverless lacks', () =>
  startCluster({ binary: ensureValkey(), args: serverlessUser }),
);
