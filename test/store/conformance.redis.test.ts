import { cacheAccess } from '../../lib/constructs/cache-access';
import { ensureValkey, serverlessUser, startCluster, startStandalone } from '../support/redis-servers';
import { conformsAs } from './conformance';

conformsAs('Redis, standalone', () => startStandalone());
conformsAs('Redis Cluster of three primaries', () => startCluster());
conformsAs('Valkey 9, standalone', () => startStandalone({ binary: ensureValkey() }));
conformsAs('Valkey 9 Cluster without the commands that ElastiCache Serverless lacks', () =>
  startCluster({ binary: ensureValkey(), args: serverlessUser }),
);

/** Topics of the suite begin with `test-`. The last two are for the suite itself: it empties the server of scripts, and looks for TTLs. */
const user = ['--user', 'app', '>secret', ...cacheAccess('test-*').split(' '), '+script|flush', '+ttl'];
conformsAs('Valkey 9 Cluster, as the user that the store stack makes', async () => {
  const server = await startCluster({ binary: ensureValkey(), args: user });
  return { ...server, url: server.url.replace('//', '//app:secret@') };
});
