/** The consumer on AWS: MSK event in, exact counts in Redis. Wiring alone; see consume-event.ts and pipeline/counting/count-run.ts. */
import { metricsFrom } from '../metrics';
import { structuredLog } from '../structured-log';
import { lambdaRepairCall } from './call-lambda-repair';
import { createConsumerHandler } from './consumer-handler';

export const handler = createConsumerHandler(
  process.env,
  lambdaRepairCall(process.env),
  structuredLog('consumer'),
  metricsFrom(process.env, 'consumer'),
);
