/**
 * The dashboard as it stands on AWS: the page's files for everybody, the API behind the authorizer. What API Gateway does
 * between them is stood in for: it asks the authorizer, keeps its answer for the token, and answers 401 by itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayAuthorizerResult, APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { bundleWeb } from '../../bundle';
import { authorizer } from '../../lambdas/authorizer/authorize-request';
import { tokenVerifier } from '../../lambdas/authorizer/verify-token';
import { answerRequest } from '../../lambdas/dashboard/answer-request';
import { loadPageFiles } from '../../lambdas/dashboard/page-files';
import { readRequest } from '../../lambdas/dashboard/request';
import type { LoginSettings } from '../../lambdas/login-settings';
import { startGateway } from '../../local/gateway/gateway';
import type { SnapshotStore } from '../../pipeline/store/store-port';
import { buildDashboard } from './build-dashboard';

export interface GuardedDashboard {
  readonly url: string;
  /** Tokens that the authorizer let through, each once, in order. */
  readonly admitted: readonly string[];
  /** Answers 401 to these from now on, as for a token that has ended. */
  refuse(tokens: readonly string[]): void;
  close(): Promise<void>;
}

const methodArn = 'arn:aws:execute-api:eu-west-1:123456789012:abc/live/GET/api/v1/snapshot';
const unauthorized: APIGatewayProxyResult = {
  statusCode: 401,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ message: 'Unauthorized' }),
};

/** `login`: made when the page's own address is known. */
export async function serveGuardedDashboard(
  store: SnapshotStore,
  login: LoginSettings,
  port: number,
): Promise<GuardedDashboard> {
  const directory = mkdtempSync(join(tmpdir(), 'clickstream-web-'));
  bundleWeb(directory);
  const dashboard = buildDashboard({
    store,
    files: loadPageFiles(directory, { login }),
    isLoginNeeded: true,
  });
  const authorize = authorizer(tokenVerifier(login), () => undefined);
  const kept = new Map<string, APIGatewayAuthorizerResult>();
  const refused = new Set<string>();
  const admit = async (header: string): Promise<string | undefined> => {
    if (refused.has(header)) return undefined;
    const known = kept.get(header);
    if (known !== undefined) return known.principalId;
    const answer = await authorize({ type: 'TOKEN', authorizationToken: header, methodArn }).catch(
      () => undefined,
    );
    if (answer !== undefined) kept.set(header, answer);
    return answer?.principalId;
  };
  const handler = async (event: unknown): Promise<APIGatewayProxyResult> => {
    const request = event as APIGatewayProxyEvent;
    if (!request.path.startsWith('/api/'))
      return await answerRequest(dashboard, readRequest(request), Date.now());
    const principalId = await admit(request.headers.Authorization ?? request.headers.authorization ?? '');
    if (principalId === undefined) return unauthorized;
    const requestContext = { ...request.requestContext, authorizer: { principalId } };
    return await answerRequest(dashboard, readRequest({ ...request, requestContext }), Date.now());
  };
  const gateway = await startGateway({ handler, functionName: 'dashboard', host: '127.0.0.1', port });
  return {
    url: `http://127.0.0.1:${gateway.port}/`,
    get admitted() {
      return [...kept.keys()];
    },
    refuse: (tokens) => {
      for (const token of tokens) refused.add(token);
    },
    close: async () => {
      await gateway.close();
      rmSync(directory, { recursive: true });
    },
  };
}
