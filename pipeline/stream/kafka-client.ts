/**
 * The Kafka client of every program, and the settings it is made from. The IAM signer is the one AWS package that
 * pipeline/ may import; it is loaded when a token is first needed, so that nothing but AWS pays for it.
 */
import { Kafka, type KafkaConfig, type RetryOptions } from 'kafkajs';
import {
  ConfigurationError,
  type Environment,
  readChoice,
  readPartitionCount,
  readRequired,
  readTopic,
  SETTING,
} from '../settings';
import { type SayLine, watchBrokers } from './broker-presence';
import { readCompressedBatches } from './compressed-batches';
import { quietLog } from './quiet-log';
import { mendRequestQueueTimer } from './request-queue-timer';

/** `plain`: no encryption. `tls`: encrypted. `iam`: encrypted, and the client proves an AWS identity. */
export type KafkaAuth = 'plain' | 'tls' | 'iam';
const AUTHS: readonly KafkaAuth[] = ['plain', 'tls', 'iam'];

export interface KafkaConnection {
  /** `host:port` each, at least one. */
  readonly brokers: readonly string[];
  readonly auth: KafkaAuth;
  /** AWS region that tokens are signed for; needed with `iam`. */
  readonly region?: string;
}

export interface StreamConfig extends KafkaConnection {
  readonly topic: string;
  readonly partitions: number;
}

const brokerPattern = /^(\[[0-9a-fA-F:]+\]|[^\s:,/]+):\d{1,5}$/;

/** A broker that restarts is back in seconds: try often, and go on trying for about eight seconds before an error. */
const kafkaRetry: RetryOptions = {
  initialRetryTime: 100,
  multiplier: 1.5,
  factor: 0.2,
  maxRetryTime: 1_000,
  retries: 12,
};
const connectionTimeoutMs = 3_000;
const authenticationTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;

export function readStreamConfig(env: Environment): StreamConfig {
  const brokersText = readRequired(env, SETTING.KAFKA_BROKERS, 'host:port[,host:port]');
  const brokers = brokersText.split(',').map((broker) => broker.trim());
  if (!brokers.every((broker) => brokerPattern.test(broker))) {
    throw new ConfigurationError(SETTING.KAFKA_BROKERS, brokersText, 'host:port[,host:port]');
  }
  const auth = readChoice(env, SETTING.KAFKA_AUTH, AUTHS, 'plain');
  const topic = readTopic(env);
  const partitions = readPartitionCount(env);
  if (auth !== 'iam') return { brokers, auth, topic, partitions };
  // Lambda and Fargate set AWS_REGION themselves.
  const region = readRequired(env, 'AWS_REGION', `the region of the cluster, with ${SETTING.KAFKA_AUTH}=iam`);
  return { brokers, auth, region, topic, partitions };
}

function sayOnStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `say` gets the few lines a person should read: Kafka away, back, refused. Default: standard error. */
export function kafkaClient(
  connection: KafkaConnection,
  clientId: string,
  say: SayLine = sayOnStderr,
): Kafka {
  mendRequestQueueTimer();
  readCompressedBatches();
  const { socketFactory } = watchBrokers(connection.brokers, say);
  return new Kafka({
    clientId,
    brokers: [...connection.brokers],
    connectionTimeout: connectionTimeoutMs,
    authenticationTimeout: authenticationTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry: kafkaRetry,
    logCreator: quietLog(say),
    socketFactory,
    ...authentication(connection),
  });
}

function authentication(connection: KafkaConnection): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  if (connection.auth === 'plain') return {};
  if (connection.auth === 'tls') return { ssl: true };
  const { region } = connection;
  if (region === undefined)
    throw new ConfigurationError('AWS_REGION', undefined, 'the region of the cluster');
  return {
    ssl: true,
    sasl: { mechanism: 'oauthbearer', oauthBearerProvider: () => signIamToken(region) },
  };
}

/** A token holds for 15 minutes; kafkajs asks for a new one at each (re-)authentication. */
async function signIamToken(region: string): Promise<{ value: string }> {
  const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
  const { token } = await generateAuthToken({ region });
  return { value: token };
}
