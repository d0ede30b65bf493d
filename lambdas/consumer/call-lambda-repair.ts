/** Calls the repair function on AWS, asynchronously: Lambda answers as soon as it has the event. */
import { type Environment, SETTING } from '../../pipeline/settings';
import type { RepairEvent } from '../repair/repair-handler';
import type { CallRepair } from './repair-calls';

/**
 * A batch waits for it, and its partition is stopped anyway. Where the function has no way to Lambda's API, both attempts together
 * would take minutes by default.
 */
const connectMs = 1_000;
const answerMs = 2_000;

/** Undefined where the setting REPAIR_FUNCTION is not set: the schedule does it then. */
export function lambdaRepairCall(env: Environment): CallRepair | undefined {
  const functionName = env[SETTING.REPAIR_FUNCTION];
  if (functionName === undefined || functionName === '') return undefined;
  return async (partition) => {
    // Lambda's runtime has the AWS SDK; a consumer that never has to call does not load it.
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    const client = new LambdaClient({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs },
    });
    const event: RepairEvent = { partition };
    await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        InvocationType: 'Event',
        Payload: new TextEncoder().encode(JSON.stringify(event)),
      }),
    );
  };
}
