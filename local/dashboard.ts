/** The page and its API on this machine: the gateway, and the handler that API Gateway invokes on AWS. */
import './one-line-stop';
import { handler } from '../lambdas/dashboard/handler';
import { ConfigurationError, DEFAULT_PORT, readInteger, SETTING } from '../pipeline/settings';
import { isDebugged } from './debug';
import { type GatewayOptions, startGateway } from './gateway/gateway';
import { onStopSignal } from './shutdown';

const host = process.env[SETTING.LISTEN_HOST] || '127.0.0.1';
const port = readInteger(process.env, SETTING.PORT, { min: 1, max: 65_535, default: DEFAULT_PORT });
const observe: GatewayOptions['observe'] = (method, target, { kind }, durationMs) =>
  console.log(`gateway: ${method} ${JSON.stringify(target)} ${kind} in ${durationMs} ms`);

startGateway({
  handler,
  functionName: 'dashboard',
  host,
  port,
  observe: isDebugged(process.env, 'gateway') ? observe : undefined,
}).then(
  (gateway) => {
    const address = process.env[SETTING.PAGE_ADDRESS];
    if (address) console.log(`The page: ${address}`);
    onStopSignal(() => gateway.close(), 2_000);
  },
  (error: Error) => {
    const taken = new ConfigurationError(SETTING.PORT, String(port), `a free port (${error.message})`);
    console.error(taken.message);
    process.exit(1);
  },
);
