/** Kafka slow or away, and answers that get lost: what is acknowledged is durable, what is not is said, and nothing is doubled. */
import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { OfflineCollector } from '../support/offline-collector';

const page = (messageId?: string) => ({
  type: 'page',
  messageId,
  properties: { url: 'https://demo.example/a' },
});

let collector: OfflineCollector;

afterEach(() => collector.close());

async function open(log: ConstructorParameters<typeof OfflineCollector>[2] = {}): Promise<void> {
  collector = new OfflineCollector([], {}, log);
  await collector.open();
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('no answer leaves before Kafka has acknowledged', async () => {
  await open();
  collector.hold();
  let isAnswered = false;
  const answer = collector.send([page()]).then((response) => {
    isAnswered = true;
    return response.status;
  });
  await until(() => collector.sent.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isAnswered).toBe(false);
  collector.release();
  expect(await answer).toBe(200);
});

test('requests of one moment go out as one batch, and each is answered for its own', async () => {
  await open();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => collector.send([page(`m-${i}`)])));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(collector.events.map(({ messageId }) => messageId).sort()).toEqual(
    Array.from({ length: 20 }, (_, i) => `m-${i}`).sort(),
  );
});

test('while Kafka is away it says 503, keeps what it has taken, and goes on when Kafka is back', async () => {
  await open({ slowMs: 100, answerWithinMs: 300 });
  collector.hold();
  const first = collector.send([page('on-its-way')]);
  await until(() => collector.sent.length === 1);
  const second = collector.send([page('waiting')]);
  expect((await first).status).toBe(503);
  expect((await second).status).toBe(503);
  const third = await collector.send([page('not taken')]);
  expect([third.status, third.headers.get('retry-after')]).toEqual([503, '2']);
  expect(((await third.json()) as { error: string }).error).toBe('overloaded');

  collector.release();
  await until(() => collector.acknowledged.length === 1);
  expect((await collector.send([page('again')])).status).toBe(200);
  // What was on its way has arrived; what was only waiting was given up, as its sender was told.
  expect(collector.events.map(({ messageId }) => messageId)).toEqual(['on-its-way', 'again']);
  expect(collector.edge).toEqual({ overloaded: 3 });
});

test('memory is bounded: beyond it nothing is taken', async () => {
  await open({ pendingBytesMax: 2_000, slowMs: 60_000 });
  collector.hold();
  const answers = Array.from({ length: 30 }, () => collector.send([page()]).then(({ status }) => status));
  await until(() => (collector.edge.overloaded ?? 0) > 0);
  collector.release();
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200, 503]));
});

/** One POST on a connection of its own; ends when the other side does, or is cut. */
function rawPost(body: string): { readonly heard: Promise<string>; cut(): void } {
  const socket = connect(collector.port, '127.0.0.1');
  let text = '';
  const heard = new Promise<string>((resolve) => {
    socket.on('data', (data) => {
      text += data.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
  socket.write(
    `POST /api/event HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return { heard, cut: () => socket.resetAndDestroy() };
}

const requestOf = (body: string): string =>
  `POST /api/event HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** A connection that is kept: one POST after the other. */
function keptConnection(): { post(body: string): Promise<string>; reset(): void } {
  const socket = connect(collector.port, '127.0.0.1');
  return {
    post: (body) =>
      new Promise((resolve) => {
        socket.once('data', (data) => resolve(data.toString()));
        socket.write(requestOf(body));
      }),
    reset: () => socket.resetAndDestroy(),
  };
}

describe('a request without ids whose answer was lost', () => {
  const body = JSON.stringify({ n: 'pageview', u: 'https://demo.example/', d: 'demo' });

  test('is known again where the reset and the same request are seen in one moment', async () => {
    await open();
    const [first, other] = [keptConnection(), keptConnection()];
    await other.post(body.replace('/"', '/other"'));
    await first.post(body);
    first.reset();

    expect(await other.post(body)).toMatch(/^HTTP\/1\.1 200 /);
    expect(collector.events).toHaveLength(2);
    expect(collector.edge).toEqual({ resent: 1 });
  });

  test('is known again where the answer is written to a connection that is reset already', async () => {
    await open();
    const [first, other] = [keptConnection(), keptConnection()];
    await other.post(body.replace('/"', '/other"'));
    collector.hold();
    void first.post(body);
    await until(() => collector.sent.length === 2);
    first.reset();
    collector.release();

    expect(await other.post(body)).toMatch(/^HTTP\/1\.1 200 /);
    expect(collector.events).toHaveLength(2);
    expect(collector.edge).toEqual({ resent: 1 });
  });

  test('is known again as often as its answer is lost', async () => {
    await open();
    const [other, ...lost] = [keptConnection(), keptConnection(), keptConnection(), keptConnection()];
    await other?.post(body.replace('/"', '/other"'));
    for (const connection of lost) {
      await connection.post(body);
      connection.reset();
    }

    expect(await other?.post(body)).toMatch(/^HTTP\/1\.1 200 /);
    expect(collector.events).toHaveLength(2);
    expect(collector.edge).toEqual({ resent: 3 });
  });

  test('is not written where its connection was gone before it was looked at: whom it is of cannot be told', async () => {
    await open();
    const program = `const socket = require('node:net').connect(${collector.port}, '127.0.0.1');
      socket.write(${JSON.stringify(requestOf(body))}, () => socket.resetAndDestroy());`;
    // Nothing is accepted while this process waits for the other.
    expect(spawnSync(process.execPath, ['-e', program]).status).toBe(0);
    await until(() => collector.edge.aborted === 1);

    expect(await rawPost(body).heard).toMatch(/ 200 /);
    expect(collector.events).toHaveLength(1);
    expect(collector.edge).toEqual({ aborted: 1 });
  });

  test('is answered and not written when the browser sends it again, once', async () => {
    await open();
    collector.hold();
    const first = rawPost(body);
    await until(() => collector.sent.length === 1);
    first.cut();
    await first.heard;
    await new Promise((resolve) => setTimeout(resolve, 50));
    const again = rawPost(body);
    await new Promise((resolve) => setTimeout(resolve, 50));
    collector.release();
    expect(await again.heard).toMatch(/^HTTP\/1\.1 200 /);
    expect(collector.events).toHaveLength(1);
    expect(collector.edge).toEqual({ resent: 1 });
    // The visitor looks at the same page once more.
    expect(await rawPost(body).heard).toMatch(/^HTTP\/1\.1 200 /);
    expect(collector.events).toHaveLength(2);
  });

  test('is written when the first was not', async () => {
    await open({ answerWithinMs: 200, slowMs: 60_000 });
    collector.hold();
    const blocking = collector.send([page()]);
    await until(() => collector.sent.length === 1);
    const first = rawPost(body);
    await new Promise((resolve) => setTimeout(resolve, 50));
    first.cut();
    await first.heard;
    expect((await blocking).status).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, 100));
    collector.release();
    await until(() => collector.acknowledged.length === 1);
    expect(await rawPost(body).heard).toMatch(/^HTTP\/1\.1 200 /);
    expect(collector.events).toHaveLength(2);
  });

  test('equal events that were answered all count', async () => {
    await open();
    for (let i = 0; i < 3; i += 1) expect(await rawPost(body).heard).toMatch(/ 200 /);
    expect(collector.events).toHaveLength(3);
    expect(collector.edge).toEqual({});
  });
});

test('what was left out is summed up by reason, each count in exactly one record', async () => {
  await open();
  collector.summaries.start();
  for (let i = 0; i < 5; i += 1) await collector.send([page()], { authorization: 'Bearer nobody' });
  await collector.send([{ type: 'page' }]);
  await collector.summaries.stop();
  const summaries = collector.acknowledged.map(({ value, key }) => ({ key, ...JSON.parse(value ?? '') }));
  const sums: Record<string, number> = {};
  for (const { reason, count, type, key } of summaries) {
    expect([type, key]).toEqual(['edge', null]);
    sums[reason] = (sums[reason] ?? 0) + count;
  }
  expect(sums).toEqual({ unknown_key: 5, bad_event: 1 });
  expect(new Set(summaries.map(({ messageId }) => messageId)).size).toBe(summaries.length);
});
