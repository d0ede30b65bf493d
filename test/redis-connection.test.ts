import { redisFromEnvironment } from '../lambdas/redis-connection';

let secret: string | undefined;
const asked: unknown[] = [];

jest.mock('@aws-sdk/client-secrets-manager', () => ({
  GetSecretValueCommand: class {
    constructor(readonly input: unknown) {}
  },
  SecretsManagerClient: class {
    async send({ input }: { input: unknown }): Promise<{ SecretString: string | undefined }> {
      asked.push(input);
      return { SecretString: secret };
    }
  },
}));

const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:redis-AbCdEf';
const url = 'redis://127.0.0.1:1';
const log = (): void => undefined;

beforeEach(() => {
  asked.length = 0;
});

test('user and password come from the secret', async () => {
  secret = JSON.stringify({ username: 'reader', password: 'p@ss:word' });

  const redis = await redisFromEnvironment({ REDIS_URL: url, REDIS_SECRET_ARN: arn }, log);
  redis.disconnect();

  expect(asked).toEqual([{ SecretId: arn }]);
  expect(redis.options).toMatchObject({ username: 'reader', password: 'p@ss:word' });
});

test('without a secret nobody is asked for one', async () => {
  const redis = await redisFromEnvironment({ REDIS_URL: url }, log);
  redis.disconnect();

  expect(asked).toEqual([]);
});

test.each([undefined, 'hunter2', '{"username":"reader"}', '{"username":"reader","password":2}', 'null'])(
  'a secret that is no user and password is refused without being repeated: %s',
  async (text) => {
    secret = text;

    const connecting = redisFromEnvironment({ REDIS_URL: url, REDIS_SECRET_ARN: arn }, log);

    await expect(connecting).rejects.toThrow(/^REDIS_SECRET_ARN: "arn:[^"]+"; allowed: the ARN of a secret/);
    await expect(connecting).rejects.not.toThrow(/hunter2|reader/);
  },
);
