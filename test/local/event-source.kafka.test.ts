import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventSourceHarness, until } from './event-source-harness';

let harness: EventSourceHarness;

beforeEach(() => {
  harness = new EventSourceHarness();
});

afterEach(() => harness.close());

const never = new Promise<never>(() => {});

test('the handler gets the very bytes of an MSK event', async () => {
  // Prepare: null, empty and binary keys and values, a header twice, a header with a dangerous name.
  await harness.makeTopic(2);
  await harness.write(1, [
    {
      key: 'demo:ada',
      value: '{"v":1,"type":"heartbeat"}',
      headers: { trace: [Buffer.from([104, 195, 188, 255]), ''], ['__proto__']: '1', constructor: '2' },
    },
    { value: Buffer.from([0xfe, 0xff, 0]) },
    { key: '', value: '' },
    { key: 'key', value: null },
  ]);
  const texts: string[] = [];

  // Act
  harness.start((event) => texts.push(JSON.stringify(event)));
  await until(() => texts.length > 0);

  // Assess: against the recorded event, but for the topic's name and the time.
  const recorded = readFileSync(join(__dirname, '../fixtures/msk/event-source.json'), 'utf8').trim();
  const actual = texts[0]?.replaceAll(harness.topic, 'TOPIC').replaceAll(/"timestamp":\d+/g, '"timestamp":0');
  expect(actual).toBe(recorded);
});

test('offsets are committed after the handler has succeeded, not before', async () => {
  // Prepare
  await harness.makeTopic(1);
  await harness.writeValues(0, 'a', 'b', 'c');
  let succeed: (value?: unknown) => void = () => {};

  // Act
  harness.start(
    () =>
      new Promise((resolve) => {
        succeed = resolve;
      }),
  );
  await until(() => harness.invoked.length === 1);
  const before = await harness.committed(0);
  succeed();

  // Assess
  expect(before).toBe(-1);
  await until(async () => (await harness.committed(0)) === 3);
});

test('a batch whose handler throws is delivered again whole, and nothing behind it', async () => {
  // Prepare
  await harness.makeTopic(1);
  await harness.writeValues(0, 'a', 'b');
  let attempts = 0;

  // Act
  harness.start(() => {
    attempts += 1;
    if (attempts < 3) throw attempts === 1 ? new Error('no') : 'not even an error';
  });
  await until(() => attempts === 1);
  await harness.writeValues(0, 'c');
  await until(async () => (await harness.committed(0)) === 3);

  // Assess
  expect(harness.offsetsOf(0)).toEqual([0, 1, 0, 1, 0, 1, 2]);
});

test('a partition that is blocked does not hold up another, and its member stays in the group', async () => {
  // Prepare
  await harness.makeTopic(2);
  await harness.writeValues(0, 'bad');
  await harness.writeValues(1, 'good');

  // Act: the one fails for longer than a session lasts.
  const failUntilMs = Date.now() + 5_000;
  harness.start((_event, { partition }) => {
    if (partition === 0 && Date.now() < failUntilMs) throw new Error('blocked');
  });
  await until(async () => (await harness.committed(1)) === 1);
  await harness.writeValues(1, 'good');
  await until(async () => (await harness.committed(1)) === 2);
  const blocked = await harness.committed(0);
  await until(async () => (await harness.committed(0)) === 1);

  // Assess
  expect(blocked).toBe(-1);
  expect(harness.offsetsOf(1)).toEqual([0, 1]);
  expect(new Set(harness.offsetsOf(0))).toEqual(new Set([0]));
});

test('an invocation that hangs past its time-out is made again, one at a time', async () => {
  // Prepare
  await harness.makeTopic(1);
  await harness.writeValues(0, 'a');
  let attempts = 0;

  // Act
  harness.start(
    () => {
      attempts += 1;
      return attempts === 1 ? never : undefined;
    },
    { functionTimeoutMs: 300 },
  );

  // Assess
  await until(async () => (await harness.committed(0)) === 1);
  expect(harness.offsetsOf(0)).toEqual([0, 0]);
});

test('what the handler returns is ignored, unless it is no JSON', async () => {
  // Prepare
  await harness.makeTopic(1);
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const answers: unknown[] = [{ batchItemFailures: [{ itemIdentifier: 'x' }] }, 'rubbish', circular, null];

  // Act
  harness.start(() => answers.shift());
  for (let i = 0; i < 3; i += 1) {
    await harness.writeValues(0, `${i}`);
    await until(() => harness.offsetsOf(0).includes(i));
  }
  await until(async () => (await harness.committed(0)) === 3);

  // Assess: the circular one failed, and its batch came again.
  expect(harness.offsetsOf(0)).toEqual([0, 1, 2, 2]);
});

test('what the handler does to its event does not show in the next delivery', async () => {
  // Prepare
  await harness.makeTopic(1);
  await harness.writeValues(0, 'a');
  const seen: string[] = [];

  // Act
  harness.start((event) => {
    seen.push(JSON.stringify(event));
    for (const key of Object.keys(event)) delete (event as unknown as Record<string, unknown>)[key];
    if (seen.length === 1) throw new Error('again');
  });
  await until(() => seen.length === 2);

  // Assess
  expect(seen[1]).toBe(seen[0]);
});
