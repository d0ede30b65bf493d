/** What `npm run localstack` needs and starts; see localstack.ts. */
import { type CommandOutcome, succeeded } from '../local/services/command-runner';
import type { Environment } from '../pipeline/settings';

const port = 4_566;
const tokenName = 'LOCALSTACK_AUTH_TOKEN';

export const localstackName = 'clickstream-localstack';
export const localstackEndpoint = `http://127.0.0.1:${port}`;

/** As cdklocal sets it for the CDK. The name of the address of S3 tells buckets apart; LocalStack's own domain leads to this machine. */
export const localstackEnvironment = {
  AWS_ENDPOINT_URL: localstackEndpoint,
  AWS_ENDPOINT_URL_S3: `http://s3.localhost.localstack.cloud:${port}`,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  CDK_DEFAULT_ACCOUNT: '000000000000',
  CDK_DEFAULT_REGION: 'us-east-1',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
} as const;

/** Functions and brokers are containers that LocalStack starts beside itself: so it gets Docker's socket. The token stays in the environment. */
export const containerArguments: readonly string[] = [
  ...['run', '--detach', '--rm', '--name', localstackName],
  ...['--publish', `127.0.0.1:${port}:${port}`, '--publish', '127.0.0.1:4510-4559:4510-4559'],
  ...['--env', tokenName, '--env', 'ENFORCE_IAM=1'],
  ...['--volume', '/var/run/docker.sock:/var/run/docker.sock'],
  'localstack/localstack',
];

/** One line that says what is missing; undefined where nothing is. `docker`: what `docker info` came to. */
export function missingForLocalstack(env: Environment, docker: CommandOutcome): string | undefined {
  if (docker.kind === 'missing') {
    return 'Docker is missing: LocalStack is a container. Without it: npm run rehearse';
  }
  if (!succeeded(docker)) return 'Docker does not answer: start it. Without it: npm run rehearse';
  if (env[tokenName]) return undefined;
  return `${tokenName} is not set: LocalStack runs with a token of your account alone (https://app.localstack.cloud). Without one: npm run rehearse`;
}
