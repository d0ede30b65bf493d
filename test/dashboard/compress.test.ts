import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { acceptsGzip } from '../../lambdas/dashboard/compress';
import { askDashboard, buildDashboard } from '../support/build-dashboard';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';

const page = {
  contentType: 'text/html',
  body: `<p>${'page '.repeat(500)}</p>`,
  tag: 'W/"page"',
  isImmutable: false,
};
const dashboard = buildDashboard({
  store: new FakeSnapshotStore(),
  files: { page: () => page, file: () => undefined },
});

function textOf({ body, isBase64Encoded }: APIGatewayProxyResult): string {
  return isBase64Encoded === true ? gunzipSync(Buffer.from(body, 'base64')).toString() : body;
}

test.each(['/', '/api/v1/snapshot', '/api/v1/timeseries?metric=views'])(
  'with gzip %s says the same, in fewer bytes',
  async (target) => {
    const plain = await askDashboard(dashboard, target);
    const compressed = await askDashboard(dashboard, target, {
      headers: { 'accept-encoding': 'gzip, deflate, br' },
    });

    expect(compressed.headers).toMatchObject({ 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
    expect(plain.headers).toMatchObject({ Vary: 'Accept-Encoding' });
    expect(plain.headers).not.toHaveProperty('Content-Encoding');
    expect(textOf(compressed)).toBe(plain.body);
    expect(Buffer.from(compressed.body, 'base64').length).toBeLessThan(plain.body.length / 2);
    expect(compressed.headers?.ETag).toBe(plain.headers?.ETag);
  },
);

test('an answer without a body, and a small one, go as they are', async () => {
  const headers = { 'Accept-Encoding': 'gzip' };
  const { headers: tagged } = await askDashboard(dashboard, '/api/v1/snapshot');
  const held = { ...headers, 'If-None-Match': String(tagged?.ETag) };

  const notModified = await askDashboard(dashboard, '/api/v1/snapshot', { headers: held });
  const health = await askDashboard(dashboard, '/api/v1/health', { headers });
  const head = await askDashboard(dashboard, '/api/v1/snapshot', { method: 'HEAD', headers });

  expect([notModified.statusCode, notModified.body, notModified.isBase64Encoded]).toEqual([304, '', false]);
  expect(health.isBase64Encoded).toBe(false);
  expect(head.body).toBe('');
});

test.each([
  [undefined, false],
  ['', false],
  ['br, deflate', false],
  ['gzip', true],
  ['br;q=1.0, GZIP;q=0.8', true],
  ['*', true],
  ['gzip;q=0', false],
  ['gzip; q=0.000, *;q=0', false],
])('Accept-Encoding %j takes gzip: %s', (header, isAccepted) => {
  expect(acceptsGzip(header)).toBe(isAccepted);
});
