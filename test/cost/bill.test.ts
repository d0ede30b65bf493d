/**
 * Bills reckoned by hand. Nothing here comes of the code that is tested: prices are written out, and so is each step. Only what the bench
 * measured is read from its file, because it is measured again now and then.
 */
import type { Bill } from '../../cost/bill';
import { estimate, type Question } from '../../cost/estimate';
import { MEASURED } from '../../cost/unit-costs';

interface Asked {
  readonly eventsPerMinute: number;
  readonly preset: 'dev' | 'prod';
  readonly viewers?: number;
  readonly settings?: Question['settings'];
}

function billOf({ eventsPerMinute, preset, viewers = 0, settings = {} }: Asked): Bill {
  const demand = { eventsPerMinute, viewers, sites: undefined, historyDays: 400 };
  return estimate({ context: {}, environment: {}, preset, settings, demand, isFit: false }).bill;
}

function dollarsOf({ items }: Bill, name: string): number {
  const found = items.filter((item) => item.name === name);
  expect(found.map((item) => item.name)).toEqual([name]);
  return found[0]?.dollars ?? Number.NaN;
}

const secondsOfMonth = 2_628_000;
const { logBytes, payloadBytes } = MEASURED;

test('dev at 1,000 events a minute: what is paid by the hour', () => {
  const bill = billOf({ eventsPerMinute: 1_000, preset: 'dev' });

  // Two t3.small, 0.0912 an hour together.
  expect(dollarsOf(bill, 'brokers')).toBeCloseTo(66.576, 3);
  // Two disks of 10.
  expect(dollarsOf(bill, 'disks')).toBeCloseTo(2, 6);
  // Images twice, logs, secrets, Lambda, STS, in one zone: 6 cents an hour.
  expect(dollarsOf(bill, 'interface endpoints')).toBeCloseTo(43.8, 6);
  // A quarter of a processor: 0.25 × 0.03238 = 0.008095 an hour; half a gigabyte: 0.00178. Both at half the price: spare capacity.
  expect(dollarsOf(bill, 'processors of 1 tasks')).toBeCloseTo(2.954675, 5);
  expect(dollarsOf(bill, 'memory of 1 tasks')).toBeCloseTo(0.6497, 4);
  expect(dollarsOf(bill, 'password')).toBe(0.4);
  expect(dollarsOf(bill, 'CloudWatch page')).toBe(3);
  // Six of eight: two are told only when something is wrong.
  expect(dollarsOf(bill, 'metrics')).toBeCloseTo(1.8, 6);
  // 43,800 runs of a second with half a gigabyte.
  expect(dollarsOf(bill, 'repair, each minute: requests')).toBeCloseTo(0.00876, 5);
  expect(dollarsOf(bill, 'repair, each minute: time')).toBeCloseTo(0.292, 3);
});

test('dev at 1,000 events a minute: what is paid by the record', () => {
  const bill = billOf({ eventsPerMinute: 1_000, preset: 'dev' });

  // 16.67 events and a heartbeat a second; each batch, as payload, through the endpoint of Lambda at a cent a gigabyte.
  const recordsPerSecond = 1_000 / 60 + 1;
  const payloadGb = (recordsPerSecond * payloadBytes.value * secondsOfMonth) / 1e9;
  expect(dollarsOf(bill, 'batches through the endpoint')).toBeCloseTo(payloadGb * 0.01, 6);
  // One poller waits a second from the first record on: it holds one record and what comes meanwhile.
  const perBatch = 1 + recordsPerSecond;
  const millions = ((recordsPerSecond / perBatch) * secondsOfMonth) / 1e6;
  expect(dollarsOf(bill, 'consumer: requests')).toBeCloseTo(millions * 0.2, 6);
});

test('dev at 1,000 events a minute stays below 150 dollars, watched day and night, when history fills the store', () => {
  expect(billOf({ eventsPerMinute: 1_000, preset: 'dev', viewers: 1 }).dollars).toBeLessThan(150);
});

test('tasks on demand, and those of the other processor', () => {
  const settings = { producer: { spot: false, architecture: 'X86_64' } };
  const bill = billOf({ eventsPerMinute: 1_000, preset: 'dev', settings });

  // 0.25 × 0.04048 = 0.01012 an hour, 0.5 × 0.004445 = 0.0022225.
  expect(dollarsOf(bill, 'processors of 1 tasks')).toBeCloseTo(7.3876, 4);
  expect(dollarsOf(bill, 'memory of 1 tasks')).toBeCloseTo(1.622425, 5);
});

test('traces: one a second of each function, and a twentieth of what is above', () => {
  const settings = { deployment: { tracing: true }, audit: { intervalMinutes: 0 } };
  const bill = billOf({ eventsPerMinute: 1_000, preset: 'dev', viewers: 21, settings });

  // Consumer: each batch, fewer than one a second; dashboard: 1 and 5 % of 20; repair: one a minute.
  const batchesPerSecond = (1_000 / 60 + 1) / (1 + 1_000 / 60 + 1);
  const traces = (batchesPerSecond + 2 + 1 / 60) * secondsOfMonth;
  expect(dollarsOf(bill, 'traces')).toBeCloseTo((traces / 1e6) * 5, 4);
  expect(billOf({ eventsPerMinute: 1_000, preset: 'dev' }).items.map(({ name }) => name)).not.toContain(
    'traces',
  );
});

test('prod at 100,000 events a minute', () => {
  const bill = billOf({ eventsPerMinute: 100_000, preset: 'prod' });

  // Three express.m7g.large: 1.224 an hour.
  expect(dollarsOf(bill, 'brokers')).toBeCloseTo(893.52, 2);
  // 1,666.67 events a second, and of two tasks 64 heartbeats of 150 bytes.
  const bytesPerSecond = (100_000 / 60) * logBytes.value + 64 * 150;
  const writtenGb = (bytesPerSecond * secondsOfMonth) / 1e9;
  expect(dollarsOf(bill, 'data written')).toBeCloseTo(writtenGb * 0.01, 4);
  // A week of it, three copies.
  expect(dollarsOf(bill, 'data kept')).toBeCloseTo(((bytesPerSecond * 604_800 * 3) / 1e9) * 0.1, 3);
  // Two cache.r7g.large: 0.3504 an hour.
  expect(dollarsOf(bill, 'nodes')).toBeCloseTo(255.792, 3);
  // One unit is enough for one poller.
  expect(dollarsOf(bill, 'event pollers')).toBeCloseTo(135.05, 2);
  // Four endpoints in three zones.
  expect(dollarsOf(bill, 'interface endpoints')).toBeCloseTo(87.6, 6);
  // Two tasks of half a processor and a gigabyte.
  expect(dollarsOf(bill, 'processors of 2 tasks')).toBeCloseTo(23.6374, 4);
  expect(dollarsOf(bill, 'memory of 2 tasks')).toBeCloseTo(5.1976, 4);
});

test('serverless Kafka: cluster, partitions, and data in, out twice, and kept once', () => {
  const settings = { stream: { type: 'serverless' } };
  const bill = billOf({ eventsPerMinute: 6_000, preset: 'prod', settings });

  expect(dollarsOf(bill, 'serverless cluster')).toBeCloseTo(547.5, 6);
  expect(dollarsOf(bill, 'partitions')).toBeCloseTo(35.04, 6);
  const bytesPerSecond = 100 * logBytes.value + 64 * 150;
  const gb = (bytesPerSecond * secondsOfMonth) / 1e9;
  expect(dollarsOf(bill, 'data written')).toBeCloseTo(gb * 0.1, 5);
  expect(dollarsOf(bill, 'data read')).toBeCloseTo(gb * 2 * 0.05, 5);
  expect(dollarsOf(bill, 'data kept')).toBeCloseTo(((bytesPerSecond * 604_800) / 1e9) * 0.1, 5);
});

test('viewers: a request each second of the month, and what the browsers get', () => {
  const bill = billOf({ eventsPerMinute: 1_000, preset: 'dev', viewers: 10 });

  // 26.28 million.
  expect(dollarsOf(bill, 'dashboard: requests')).toBeCloseTo(5.256, 6);
  const gb = (26_280_000 * (MEASURED.snapshotGzip.value + 1_000)) / 1e9;
  expect(dollarsOf(bill, 'answers to browsers')).toBeCloseTo(gb * 0.09, 4);
});

test('a firewall: nine dollars, and by request', () => {
  const settings = { dashboard: { firewall: true } };
  const bill = billOf({ eventsPerMinute: 1_000, preset: 'dev', viewers: 10, settings });
  expect(dollarsOf(bill, 'firewall') + dollarsOf(bill, 'firewall: rules')).toBe(9);
  expect(dollarsOf(bill, 'firewall: requests')).toBeCloseTo(26.28 * 0.6, 6);
});

describe('clicks by HTTP, each a request', () => {
  const collecting = (eventsPerMinute: number, producer: Record<string, unknown>) =>
    billOf({ eventsPerMinute, preset: 'prod', settings: { producer } });
  const millions = 43.8;

  test('by API Gateway: a dollar a million, and less above 300 of them', () => {
    expect(dollarsOf(collecting(1_000, { collector: 'api' }), 'collector: API')).toBeCloseTo(millions, 6);
    const much = collecting(10_000, { collector: 'api' });
    expect(dollarsOf(much, 'collector: API')).toBe(300);
    expect(dollarsOf(much, 'collector: API, above 300 million')).toBeCloseTo(138 * 0.9, 6);
  });

  test('by CloudFront with a firewall: its requests, its function, and those of the API behind it', () => {
    const bill = collecting(1_000, { collector: 'cloudfront', collectorFirewall: true });
    expect(dollarsOf(bill, 'collector: API')).toBeCloseTo(millions, 6);
    expect(dollarsOf(bill, 'collector: CloudFront')).toBeCloseTo(millions, 6);
    expect(dollarsOf(bill, 'collector: CloudFront, function')).toBeCloseTo(millions / 10, 6);
    // 700 bytes of each answer, and 1,500 of each click.
    expect(dollarsOf(bill, 'collector: CloudFront, answers')).toBeCloseTo(millions * 0.7 * 0.085, 6);
    expect(dollarsOf(bill, 'collector: CloudFront, clicks')).toBeCloseTo(millions * 1.5 * 0.02, 6);
    expect(dollarsOf(bill, 'collector: firewall') + dollarsOf(bill, 'collector: firewall, rules')).toBe(7);
    expect(dollarsOf(bill, 'collector: firewall, requests')).toBeCloseTo(millions * 0.6, 6);
  });

  test('by a load balancer: itself and its addresses by the hour, and what it does', () => {
    const name = {
      collector: 'alb',
      collectorDomainName: 'clicks.example.com',
      collectorCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
    };
    const bill = collecting(1_000, name);
    expect(dollarsOf(bill, 'collector: load balancer')).toBeCloseTo(16.425, 6);
    expect(dollarsOf(bill, 'collector: its addresses')).toBeCloseTo(3 * 3.65, 6);
    // 16.67 clicks a second, for every second one a connection: a third of the 25 of a unit.
    expect(dollarsOf(bill, 'collector: its work')).toBeCloseTo((8.3333 / 25) * 730 * 0.008, 3);
  });

  test('tasks grow with the clicks', () => {
    const { load } = billOf({
      eventsPerMinute: 100_000,
      preset: 'prod',
      settings: { producer: { collector: 'api' } },
    });
    const busy = (100_000 / 60) * (MEASURED.collector.value / 1e6);
    expect(load.tasks).toBe(Math.max(2, Math.ceil(busy / (0.5 * 0.6))));
  });
});

test('nobody watches: the dashboard costs nothing', () => {
  const bill = billOf({ eventsPerMinute: 1_000, preset: 'dev' });
  const ofDashboard = bill.items.filter(({ service }) => service === 'Dashboard');
  expect(ofDashboard.reduce((sum, { dollars }) => sum + dollars, 0)).toBe(0);
});

test('a serverless cache of a handful of events is paid for 100 MB', () => {
  const settings = { stream: { partitions: 1 } };
  const demand = { eventsPerMinute: 1, viewers: 0, sites: undefined, historyDays: 1 };
  const asked = { context: {}, environment: {}, preset: 'dev', settings, demand, isFit: false };
  // A tenth of a gigabyte for 730 hours.
  expect(dollarsOf(estimate(asked).bill, 'bytes')).toBeCloseTo(6.132, 6);
});

test('NAT gateways stand in for endpoints', () => {
  const settings = { network: { natGateways: 2 } };
  const bill = billOf({ eventsPerMinute: 1_000, preset: 'dev', settings });
  expect(dollarsOf(bill, 'NAT gateways')).toBeCloseTo(65.7, 6);
  expect(dollarsOf(bill, 'interface endpoints')).toBe(0);
});

test('what is adopted has a bill of its own: only what grows with our data stays', () => {
  const id = '0a1b2c3d4e5f67890';
  const settings = {
    network: {
      vpcId: `vpc-${id}`,
      zoneNames: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      subnetIds: ['1', '2', '3'].map((last) => `subnet-0a1b2c3d4e5f6789${last}`),
      reachableServices: ['s3', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'],
      flowLogs: false,
    },
    stream: {
      clusterArn: `arn:aws:kafka:us-east-1:111122223333:cluster/events/${id}-7`,
      securityGroupId: `sg-${id}`,
    },
    store: {
      url: 'rediss://counts.example:6379',
      secretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:counts-AbCdEf',
      securityGroupId: `sg-${id}`,
      cacheName: 'counts',
    },
  };
  const bill = billOf({ eventsPerMinute: 1_000, preset: 'prod', settings });
  const namesOf = (service: string) =>
    bill.items.filter((item) => item.service === service).map(({ name }) => name);
  expect(namesOf('Kafka')).toEqual(['data written', 'data kept']);
  expect(namesOf('Store')).toEqual([]);
  expect(dollarsOf(bill, 'interface endpoints')).toBe(0);
});

test('the bill is the sum of its items, and none is negative or unknown', () => {
  for (const preset of ['dev', 'prod'] as const) {
    const { items, dollars } = billOf({ eventsPerMinute: 50_000, preset, viewers: 3 });
    expect(items.filter((item) => !(item.dollars >= 0))).toEqual([]);
    let sum = 0;
    for (const item of items) sum += item.dollars;
    expect(dollars).toBeCloseTo(sum, 9);
  }
});

test('a type that has no price is named with those that have one', () => {
  const settings = { stream: { standardBrokerType: 'kafka.x9.huge' } };
  expect(() => billOf({ eventsPerMinute: 1_000, preset: 'dev', settings })).toThrow(
    /^clickstream\.stream\.standardBrokerType: "kafka\.x9\.huge"; allowed: types that .*kafka\.t3\.small/,
  );
});
