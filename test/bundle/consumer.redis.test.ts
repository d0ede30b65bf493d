import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheAccess } from '../../lib/constructs/cache-access';
import { FIELD, pagesKey, STATE, shardTag, stateKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { connectTestRedis, ownTopic, testRedisUrl } from '../support/test-redis';
import { type BundledHandler, bundled } from './run-bundle';

const recorded = readFileSync(join(__dirname, '../fixtures/msk/two-partitions.json'), 'utf8');

/** Servers know CLIENT SETINFO from version 7.2 on, and clients can do without. */
const isKnown = (right: string): boolean => right !== '+client|setinfo';

describe('the consumer as it is shipped', () => {
  const userName = `bundle-${randomUUID()}`;
  const password = randomUUID();
  /** Secrets Manager as it answers on AWS; the user has the rights that the store stack gives, and no more. */
  const secretsManager = `
    exports.GetSecretValueCommand = class { constructor(input) { this.input = input; } };
    exports.SecretsManagerClient = class {
      async send({ input }) {
        if (input.SecretId !== 'arn:secret') throw new Error('another secret');
        return { SecretString: ${JSON.stringify(JSON.stringify({ username: userName, password }))} };
      }
    };
  `;
  let redis: RedisClient;
  let consumer: BundledHandler;

  beforeAll(async () => {
    redis = connectTestRedis();
    await redis.call(
      'ACL',
      'SETUSER',
      userName,
      'reset',
      `>${password}`,
      ...cacheAccess('test-*').split(' ').filter(isKnown),
    );
    consumer = bundled('consumer');
  });

  afterAll(async () => {
    consumer.remove();
    await redis.call('ACL', 'DELUSER', userName);
    await redis.quit();
  });

  function deliver(topic: string) {
    const environment = {
      REDIS_URL: testRedisUrl(),
      REDIS_SECRET_ARN: 'arn:secret',
      TOPIC: topic,
      TOPIC_PARTITIONS: '4',
      SITES: 'demo',
    };
    const event: unknown = JSON.parse(recorded.replaceAll('"clicks', `"${topic}`));
    return consumer.call(event, environment, { 'client-secrets-manager': secretsManager });
  }

  async function stateOf(topic: string, partition: number): Promise<Record<string, string>> {
    return redis.hgetall(stateKey(shardTag({ topic, generation: 1, partition })));
  }

  it('counts a recorded MSK event: every record in one row of the ledger, every page in its place', async () => {
    const topic = ownTopic();

    expect(deliver(topic)).toEqual({ answer: null });

    expect(await stateOf(topic, 0)).toMatchObject({
      [STATE.start]: '0',
      [STATE.next]: '9',
      [STATE.counted]: '3',
      [STATE.bots]: '1',
      [STATE.duplicates]: '1',
      [STATE.heartbeats]: '1',
      [`${STATE.rejectedPrefix}empty_value`]: '2',
      [`${STATE.rejectedPrefix}malformed_json`]: '1',
    });
    expect(await stateOf(topic, 3)).toMatchObject({ [STATE.next]: '2', [STATE.counted]: '2' });
    const pages = await redis.hgetall(pagesKey(shardTag({ topic, generation: 1, partition: 0 }), 'demo'));
    expect(pages).toMatchObject({ [FIELD.value('p', '/home')]: '2', [FIELD.value('p', '/pricing')]: '1' });
  });

  it('changes nothing when the same event is delivered again', async () => {
    const topic = ownTopic();
    deliver(topic);
    const before = [await stateOf(topic, 0), await stateOf(topic, 3)];
    expect(before.map((state) => state[STATE.next])).toEqual(['9', '2']);

    expect(deliver(topic)).toEqual({ answer: null });

    expect([await stateOf(topic, 0), await stateOf(topic, 3)]).toEqual(before);
  });

  it.each([true, false])(
    'reports the partitions that failed where it is asked to, and else fails (%s)',
    (reports) => {
      const topic = ownTopic();
      const event = JSON.parse(recorded.replaceAll('"clicks', `"${topic}`)) as {
        records: Record<string, { offset: number }[]>;
      };
      for (const record of event.records[`${topic}-3`] ?? []) record.offset += 100;
      const environment = {
        REDIS_URL: testRedisUrl(),
        TOPIC: topic,
        TOPIC_PARTITIONS: '4',
        SITES: 'demo',
        ...(reports ? { REPORT_BATCH_ITEM_FAILURES: 'true' } : {}),
      };

      const named = [100, 101].map((offset) => ({ itemIdentifier: { partition: `${topic}-3`, offset } }));
      expect(consumer.call(event, environment)).toEqual(
        reports
          ? { answer: { batchItemFailures: named } }
          : { error: expect.stringContaining('PartitionsFailedError') },
      );
    },
  );

  it('fails the invocation for what is no MSK event, so that nothing is taken for counted', () => {
    const environment = { REDIS_URL: testRedisUrl(), TOPIC: ownTopic() };

    expect(consumer.call({ hello: 'world' }, environment)).toEqual({
      error: expect.stringContaining('MskEventError'),
    });
  });
});
