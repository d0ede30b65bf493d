/** How a batch reaches its function. `functionInvoker` calls one in this process; lambda-invoker.ts one that is deployed. */
import { type EventHandler, type InvocationOutcome as FunctionOutcome, invoke } from '../invocation';

/**
 * - `succeeded`  the function has returned; what, is JSON text.
 * - `failed`     it has thrown, or answered what is no JSON.
 * - `timed_out`  it has not returned in time. It may still run, and what it does then is the late twin of its retry.
 * - `throttled`  it was not run: there was no room for it.
 */
export type InvocationOutcome = FunctionOutcome | { readonly kind: 'throttled' };

export interface Invoker {
  /** `payload`: an MSK event as JSON text. Never rejects. */
  invoke(payload: string): Promise<InvocationOutcome>;
}

/** `functionName`: what the handler is called in its context. `timeoutMs`: on AWS at most 14 minutes behind a Kafka mapping. */
export function functionInvoker(handler: EventHandler, functionName: string, timeoutMs: number): Invoker {
  return { invoke: (payload) => invoke(handler, functionName, payload, timeoutMs) };
}
