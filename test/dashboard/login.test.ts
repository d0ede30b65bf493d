import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { answerRequest } from '../../lambdas/dashboard/answer-request';
import { loadPageFiles } from '../../lambdas/dashboard/page-files';
import { readRequest } from '../../lambdas/dashboard/request';
import { findViolations } from '../support/api-contract';
import { askDashboard, buildDashboard, buildProxyEvent } from '../support/build-dashboard';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';

const directory = mkdtempSync(join(tmpdir(), 'clickstream-web-'));
writeFileSync(join(directory, 'index.html'), '<head>\n</head>');
writeFileSync(join(directory, 'login.0123456789ab.js'), 'export {}');
const login = {
  issuer: 'https://id.example',
  clientId: '"><script>alert(1)</script>&',
  scopes: 'openid',
  origins: ['https://id.example'],
  required: undefined,
};
const files = loadPageFiles(directory, { login });

afterAll(() => rmSync(directory, { recursive: true }));

function prepare() {
  return buildDashboard({ store: new FakeSnapshotStore(), files, isLoginNeeded: true });
}

function eventOf(target: string, differences: Partial<APIGatewayProxyEvent>): APIGatewayProxyEvent {
  return { ...buildProxyEvent(target), ...differences };
}

test.each(['snapshot', 'comparison', 'timeseries?metric=views', 'health'])(
  'without an authorizer’s word there is no %s, whatever the client sends',
  async (name) => {
    const headers = { Authorization: 'Bearer a.b.c', 'X-Principal-Id': 'ada' };
    const answer = await askDashboard(prepare(), `/api/v1/${name}`, { headers });

    expect(answer.statusCode).toBe(401);
    expect(findViolations(`/api/v1/${name.replace(/\?.*/, '')}`, answer)).toEqual([]);
  },
);

test.each([
  ['/{proxy+}', 'api/v1/snapshot'],
  ['/{proxy+}', '/api/v1/snapshot'],
  ['/{file}', 'api/v1/snapshot'],
])(
  'a way to the API past the route that has the lock, %s with %s, gives no number',
  async (resource, proxy) => {
    const event = eventOf('/api/v1/snapshot', { resource, pathParameters: { proxy } });

    const { statusCode } = await answerRequest(prepare(), readRequest(event), Date.UTC(2026, 0, 31, 12));

    expect([401, 404]).toContain(statusCode);
  },
);

test('through the route that has it, whom the authorizer let in is answered', async () => {
  const event = buildProxyEvent('/api/v1/snapshot');
  const admitted = {
    ...event,
    resource: '/api/{proxy+}',
    pathParameters: { proxy: 'v1/snapshot' },
    requestContext: { ...event.requestContext, authorizer: { principalId: 'ada' } },
  };

  const { statusCode } = await answerRequest(prepare(), readRequest(admitted), Date.UTC(2026, 0, 31, 12));

  expect(statusCode).toBe(200);
});

test('the page names the issuer as text, and its script from its base', () => {
  const { body } = files.page('/live/');

  expect(body).toContain('href="/live/login.0123456789ab.js"');
  expect(body).toContain('data-client-id="&quot;>&lt;script>alert(1)&lt;/script>&amp;"');
  expect(body).not.toContain('<script>');
});

test('a page that was shipped without its sign-in stops the program that needs it', () => {
  rmSync(join(directory, 'login.0123456789ab.js'));

  expect(() => loadPageFiles(directory, { login })).toThrow('login.js is missing');
  expect(() => loadPageFiles(directory)).not.toThrow();
});
