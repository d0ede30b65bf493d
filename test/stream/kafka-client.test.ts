import { createServer, type Server } from 'node:net';
import RequestQueue from 'kafkajs/src/network/requestQueue';
import { ConfigurationError } from '../../pipeline/settings';
import { watchBrokers } from '../../pipeline/stream/broker-presence';
import { kafkaClient, readStreamConfig } from '../../pipeline/stream/kafka-client';

describe('reading the stream configuration', () => {
  it('needs nothing but the brokers', () => {
    expect(readStreamConfig({ KAFKA_BROKERS: 'a:9092, b:9092' })).toEqual({
      brokers: ['a:9092', 'b:9092'],
      auth: 'plain',
      topic: 'clicks',
      partitions: 8,
    });
  });

  it('takes the region that tokens are signed for from AWS', () => {
    const env = { KAFKA_BROKERS: 'b-1.msk:9098', KAFKA_AUTH: 'iam', AWS_REGION: 'eu-west-1' };
    expect(readStreamConfig(env)).toMatchObject({ auth: 'iam', region: 'eu-west-1' });
  });

  it.each([
    ['no brokers', {}, 'KAFKA_BROKERS: not set'],
    ['a broker without a port', { KAFKA_BROKERS: 'a' }, 'KAFKA_BROKERS: "a"'],
    ['a URL as broker', { KAFKA_BROKERS: 'http://a:1' }, 'KAFKA_BROKERS'],
    ['an unknown authentication', { KAFKA_BROKERS: 'a:1', KAFKA_AUTH: 'scram' }, 'plain | tls | iam'],
    ['IAM without a region', { KAFKA_BROKERS: 'a:1', KAFKA_AUTH: 'iam' }, 'AWS_REGION'],
    ['a topic that could break a key', { KAFKA_BROKERS: 'a:1', TOPIC: 'a{b}' }, 'TOPIC: "a{b}"'],
    ['the topic ".."', { KAFKA_BROKERS: 'a:1', TOPIC: '..' }, 'TOPIC'],
    ['no partitions', { KAFKA_BROKERS: 'a:1', TOPIC_PARTITIONS: '0' }, 'a whole number from 1 to 10000'],
  ])('stops at %s with one line', (_name, env, message) => {
    const read = () => readStreamConfig(env);
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(message);
  });
});

describe('the mended request queue of kafkajs', () => {
  it('sets no timer while nothing waits', () => {
    // Prepare
    kafkaClient({ brokers: ['127.0.0.1:1'], auth: 'plain' }, 'test');
    const setTimeoutSpy = jest.spyOn(globalThis, 'setTimeout');
    const logger = { debug: () => undefined, warn: () => undefined };

    // Act
    const Queue = RequestQueue as unknown as new (options: object) => { checkPendingRequests(): void };
    new Queue({ maxInFlightRequests: 1, requestTimeout: 1, logger }).checkPendingRequests();

    // Assess
    expect(setTimeoutSpy).not.toHaveBeenCalled();
    setTimeoutSpy.mockRestore();
  });
});

describe('watching the brokers', () => {
  const listen = (server: Server, port: number) =>
    new Promise<number>((resolve) =>
      server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    );
  const attempt = (connect: () => NodeJS.EventEmitter) =>
    new Promise<void>((resolve) => {
      const socket = connect();
      socket.once('error', () => undefined);
      socket.once('close', () => resolve());
      socket.once('connect', () => (socket as unknown as { destroy(): void }).destroy());
    });

  it('says once that Kafka is away and once that it is back', async () => {
    // Prepare
    const server = createServer();
    const port = await listen(server, 0);
    await new Promise((resolve) => server.close(resolve));
    const lines: string[] = [];
    const presence = watchBrokers([`127.0.0.1:${port}`], (line) => lines.push(line));
    const connect = () =>
      presence.socketFactory({
        host: '127.0.0.1',
        port,
        ssl: undefined as never,
        onConnect: () => undefined,
      });

    // Act
    await attempt(connect);
    await attempt(connect);
    const wasAway = presence.isAway();
    await listen(server, port);
    await attempt(connect);
    await attempt(connect);
    await new Promise((resolve) => server.close(resolve));

    // Assess
    expect(wasAway).toBe(true);
    expect(presence.isAway()).toBe(false);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^Kafka is away \(127\.0\.0\.1:\d+: ECONNREFUSED\)/);
    expect(lines[1]).toMatch(/^Kafka is back after \d+ s$/);
  });
});
