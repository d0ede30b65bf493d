/** The page and its API over HTTP, as a person's browser gets them: the bundled page, the handler, the local gateway. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { bundleWeb } from '../../bundle';
import { answerRequest } from '../../lambdas/dashboard/answer-request';
import { loadPageFiles } from '../../lambdas/dashboard/page-files';
import { readRequest } from '../../lambdas/dashboard/request';
import { startGateway } from '../../local/gateway/gateway';
import type { SnapshotStore } from '../../pipeline/store/store-port';
import { buildDashboard } from './build-dashboard';

export interface ServedDashboard {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** `port` 0: one that is free. */
export async function serveDashboard(store: SnapshotStore, port = 0): Promise<ServedDashboard> {
  const directory = mkdtempSync(join(tmpdir(), 'clickstream-web-'));
  bundleWeb(directory);
  const dashboard = buildDashboard({ store, files: loadPageFiles(directory) });
  const gateway = await startGateway({
    handler: (event: unknown) =>
      answerRequest(dashboard, readRequest(event as APIGatewayProxyEvent), Date.now()),
    functionName: 'dashboard',
    host: '127.0.0.1',
    port,
  });
  return {
    url: `http://127.0.0.1:${gateway.port}/`,
    port: gateway.port,
    close: async () => {
      await gateway.close();
      rmSync(directory, { recursive: true });
    },
  };
}
