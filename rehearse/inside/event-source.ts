/**
 * Stands for the managed poller: reads the topic by the options of the mapping that was deployed, and invokes the function that was deployed
 * through Lambda's Invoke API. REHEARSE_MAPPING has both (deployed-mapping.ts).
 */
import { startEventSource } from '../../local/event-source/event-source';
import { lambdaInvoker } from '../../local/event-source/lambda-invoker';
import { onStopSignal } from '../../local/shutdown';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import type { DeployedMapping } from '../deployed-mapping';
import { signRequest } from '../sign-request';

interface Asked extends DeployedMapping {
  readonly broker: string;
}

/** Lambda ends a function before that. */
const invocationMsMax = 120_000;
const drainMs = 5_000;

const { broker, topic, groupId, functionName, options } = JSON.parse(
  process.env.REHEARSE_MAPPING ?? '{}',
) as Asked;
const signer = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  region: process.env.AWS_REGION ?? '',
};

const source = startEventSource({
  kafka: kafkaClient({ brokers: [broker], auth: 'plain' }, 'rehearsal-poller'),
  topic,
  groupId,
  functionName,
  bootstrapServers: broker,
  ...options,
  invoker: lambdaInvoker({
    endpoint: process.env.AWS_ENDPOINT_URL ?? '',
    functionName,
    timeoutMs: invocationMsMax,
    sign: async (url, body) => {
      const headers = { 'content-type': 'application/json' };
      return signRequest({ method: 'POST', url, headers, body }, 'lambda', signer, new Date());
    },
  }),
  observe: ({ records, failedRecords, outcome }) =>
    console.log(JSON.stringify({ records, failedRecords, outcome: outcome.kind, told: outcome })),
});
onStopSignal(() => source.stop(drainMs), drainMs + 1_000);
source.started.catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
