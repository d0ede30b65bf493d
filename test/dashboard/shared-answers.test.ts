import { SharedAnswers } from '../../lambdas/dashboard/shared-answers';
import { askDashboard, buildDashboard } from '../support/build-dashboard';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';

const nowMs = Date.UTC(2026, 0, 31, 12, 0, 30);
const files = {
  page: () => ({ contentType: 'text/html', body: '', tag: 'W/"p"', isImmutable: false }),
  file: () => undefined,
};

test('all viewers of a quarter second share one read, and each window and site has its own', async () => {
  const store = new FakeSnapshotStore();
  store.sites = ['demo', 'shop'];
  const dashboard = buildDashboard({ store, files });
  const ask = (query: string, at: number) =>
    askDashboard(dashboard, `/api/v1/snapshot${query}`, { nowMs: at });

  await Promise.all(Array.from({ length: 100 }, (_, index) => ask('', nowMs + index)));
  expect(store.reads).toBe(1);
  await Promise.all([
    ask('?window=5m', nowMs),
    ask('?site=shop', nowMs),
    ask('?window=30m&site=demo', nowMs),
  ]);
  expect(store.reads).toBe(3);
  await ask('', nowMs + 250);
  expect(store.reads).toBe(4);
});

test('a shared answer says how old it is when it is sent', async () => {
  const store = new FakeSnapshotStore();
  store.heartbeatAtMs = nowMs - 3_850;
  const dashboard = buildDashboard({ store, files });
  await askDashboard(dashboard, '/api/v1/snapshot', { nowMs });

  const { body } = await askDashboard(dashboard, '/api/v1/snapshot', { nowMs: nowMs + 200 });

  expect(store.reads).toBe(1);
  expect(JSON.parse(body)).toMatchObject({
    lag: 4_050,
    freshness: 'delayed',
    asOf: '2026-01-31T12:00:30.200Z',
  });
});

test('a slow read is joined in later periods too, and asked anew once it has ended', async () => {
  const shared = new SharedAnswers();
  let reads = 0;
  let end: (value: string) => void = () => undefined;
  const read = (): Promise<string> => {
    reads += 1;
    return new Promise((resolve) => {
      end = resolve;
    });
  };

  const first = shared.ask('q', 1_000, read);
  const second = shared.ask('q', 2_500, read);
  end('late');

  expect(await second).toEqual({ value: 'late', readAtMs: 1_000 });
  expect(await first).toEqual({ value: 'late', readAtMs: 1_000 });
  expect(reads).toBe(1);
  void shared.ask('q', 2_600, read);
  expect(reads).toBe(2);
});

test('a failure is shared for its period and no longer', async () => {
  const shared = new SharedAnswers();
  let reads = 0;
  const fail = async (): Promise<never> => {
    reads += 1;
    throw new Error('away');
  };

  await expect(shared.ask('q', 1_000, fail)).rejects.toThrow('away');
  await expect(shared.ask('q', 1_240, fail)).rejects.toThrow('away');
  expect(reads).toBe(1);
  await expect(shared.ask('q', 1_250, fail)).rejects.toThrow('away');
  expect(reads).toBe(2);
});

test('viewers of all zones share an answer, but where days are cut by the zone', async () => {
  const store = new FakeSnapshotStore();
  const dashboard = buildDashboard({ store, files });
  const ask = (query: string) => askDashboard(dashboard, `/api/v1/snapshot?${query}`, { nowMs });

  for (const window of ['5m', '30m', '24h', '7d']) {
    await ask(`window=${window}&zone=Asia/Tehran`);
    await ask(`window=${window}&zone=Europe/Berlin`);
    await ask(`window=${window}`);
  }
  expect(store.reads).toBe(4);
  await ask('window=30d&zone=Asia/Tehran');
  await ask('window=30d&zone=asia/tehran');
  await ask('window=30d&zone=Etc/UTC');
  await ask('window=30d');
  expect(store.reads).toBe(6);
});

test('a comparison is shared for ten seconds, a failure of one for a quarter', async () => {
  const store = new FakeSnapshotStore();
  const dashboard = buildDashboard({ store, files });
  const ask = (at: number, query = '') =>
    askDashboard(dashboard, `/api/v1/comparison${query}`, { nowMs: nowMs + at });

  store.state = 'away';
  expect((await ask(0)).statusCode).toBe(503);
  expect((await ask(200)).statusCode).toBe(503);
  expect(store.reads).toBe(1);
  store.state = 'answers';
  expect((await ask(250)).statusCode).toBe(200);
  await ask(9_999);
  expect(store.reads).toBe(2);
  await ask(9_999, '?against=day');
  await ask(9_999, '?zone=Asia/Tehran');
  await ask(10_000);
  expect(store.reads).toBe(5);
});
