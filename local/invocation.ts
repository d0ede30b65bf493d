/** One invocation of a handler, as Lambda would make it: JSON in, JSON out, and an end after the time-out. */
import { randomUUID } from 'node:crypto';

/** What a handler is given beside the event: the part of Lambda's context that does not depend on AWS. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly getRemainingTimeInMillis: () => number;
}

export type EventHandler = (event: never, context: InvocationContext) => unknown;

export type InvocationOutcome =
  | { readonly kind: 'succeeded'; readonly responseText: string }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The handler may still be running, and may still finish: what it does then is the late twin of the retry. */
  | { readonly kind: 'timed_out' };

/** Of a synchronous invocation, either way (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
export const payloadBytesMax = 6 * 1024 * 1024;

/** Never rejects. */
export async function invoke(
  handler: EventHandler,
  functionName: string,
  eventText: string,
  timeoutMs: number,
): Promise<InvocationOutcome> {
  const deadlineMs = Date.now() + timeoutMs;
  const context: InvocationContext = {
    awsRequestId: randomUUID(),
    functionName,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<InvocationOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'timed_out' }), timeoutMs);
  });
  const outcome = await Promise.race([run(handler, eventText, context), timeout]);
  clearTimeout(timer);
  return outcome;
}

async function run(
  handler: EventHandler,
  eventText: string,
  context: InvocationContext,
): Promise<InvocationOutcome> {
  try {
    const response: unknown = await handler(JSON.parse(eventText) as never, context);
    // A response that is no JSON, or too large, fails the invocation although the handler has returned.
    const responseText = JSON.stringify(response ?? null) ?? 'null';
    if (Buffer.byteLength(responseText) > payloadBytesMax)
      return { kind: 'failed', reason: 'response above 6 MB' };
    return { kind: 'succeeded', responseText };
  } catch (error) {
    return {
      kind: 'failed',
      reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    };
  }
}
