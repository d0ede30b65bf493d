/**
 * Invokes a function through Lambda's Invoke API (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html) by HTTP alone. It does not
 * sign: emulators and Lambda's own runtime interface emulator ask for no signature. For AWS itself pass `sign`.
 */
import type { InvocationOutcome, Invoker } from './invoker';

export interface LambdaInvokerOptions {
  /** `http://127.0.0.1:9001`. */
  readonly endpoint: string;
  /** Name or ARN; the runtime interface emulator calls every function `function`. */
  readonly functionName: string;
  /** After this the invocation counts as timed out, milliseconds: longer than the function's own time-out. */
  readonly timeoutMs: number;
  /** Headers that authorize the request, for example by AWS Signature Version 4. Default: none. */
  readonly sign?: ((url: string, body: string) => Promise<Readonly<Record<string, string>>>) | undefined;
}

export function lambdaInvoker(options: LambdaInvokerOptions): Invoker {
  const { endpoint, functionName, timeoutMs } = options;
  const url = `${endpoint.replace(/\/$/, '')}/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  return {
    async invoke(payload) {
      try {
        const signed = await options.sign?.(url, payload);
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...signed },
          body: payload,
          signal: AbortSignal.timeout(timeoutMs),
        });
        return outcomeOf(response, await response.text());
      } catch (error) {
        const { name, message } = error as Error;
        return name === 'TimeoutError'
          ? { kind: 'timed_out' }
          : { kind: 'failed', reason: `${name}: ${message}` };
      }
    },
  };
}

/** A function that fails is answered with 200 and a header; other codes are the service's own. */
function outcomeOf(response: Response, text: string): InvocationOutcome {
  if (response.status === 429) return { kind: 'throttled' };
  if (!response.ok) return { kind: 'failed', reason: `HTTP ${response.status}: ${text.slice(0, 200)}` };
  const error = response.headers.get('x-amz-function-error');
  if (error !== null) return { kind: 'failed', reason: `${error}: ${text.slice(0, 200)}` };
  return { kind: 'succeeded', responseText: text };
}
