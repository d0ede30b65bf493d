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
