/** The Redis connection of a handler: REDIS_URL, and on AWS the user and password of the secret REDIS_SECRET_ARN. */

import { ConfigurationError, type Environment, readRequired, SETTING } from '../pipeline/settings';
import { connectRedis, parseRedisUrl, type RedisConnection } from '../pipeline/store/redis-client';
import type { WriteLog } from './structured-log';

interface Credentials {
  readonly username: string;
  readonly password: string;
}

const secretAllowed = 'the ARN of a secret {"username","password"}, both strings';

/** Throws ConfigurationError, without the secret in its message. */
function parseCredentials(arn: string, text: string | undefined): Credentials {
  try {
    const { username, password } = JSON.parse(text ?? '') as Partial<Record<string, unknown>>;
    if (typeof username === 'string' && typeof password === 'string') return { username, password };
  } catch {
    // Not JSON: said below, since the parser's own words could quote the secret.
  }
  throw new ConfigurationError(SETTING.REDIS_SECRET_ARN, arn, secretAllowed);
}

/** Lambda's runtime has the AWS SDK, and nobody else needs it: so it is loaded where it is used, and stays out of the bundle. */
async function readSecret(arn: string): Promise<Credentials> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const { SecretString } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: arn }),
  );
  return parseCredentials(arn, SecretString);
}

/** The URL, once it is known to be one; for programs that should not start with a wrong one. Throws ConfigurationError. */
export function readRedisUrl(env: Environment): string {
  const url = readRequired(env, SETTING.REDIS_URL, 'redis://host:port and the like: see docs/settings.md');
  parseRedisUrl(url);
  return url;
}

/** Throws ConfigurationError; rejects where the secret cannot be read. The caller keeps the connection, and asks again on failure. */
export async function redisFromEnvironment(env: Environment, log: WriteLog): Promise<RedisConnection> {
  const url = readRedisUrl(env);
  const arn = env[SETTING.REDIS_SECRET_ARN];
  const credentials = arn ? await readSecret(arn) : undefined;
  return connectRedis(url, { credentials, log });
}
