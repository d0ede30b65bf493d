/** What a function returned, as the HTTP answer that API Gateway makes of it. */
import type { InvocationOutcome } from '../invocation';

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** API Gateway's own answers: to what is no proxy result, an error, a time-out, a request that is too large. */
export const GATEWAY_ANSWERS = {
  malformed: gatewayAnswer(502, 'Internal server error'),
  timedOut: gatewayAnswer(504, 'Endpoint request timed out'),
  tooLarge: gatewayAnswer(413, 'Request Too Long'),
} as const;

function gatewayAnswer(statusCode: number, message: string): HttpAnswer {
  const headers = { 'Content-Type': 'application/json' };
  return { statusCode, headers, body: Buffer.from(JSON.stringify({ message })) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Values of `headers` may be texts, numbers or booleans; undefined where they are anything else. */
function readHeaders(result: Record<string, unknown>): Record<string, string | string[]> | undefined {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(result.headers ?? {})) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
    headers[name] = String(value);
  }
  // Of a name that stands in both, the multi-value one counts.
  for (const [name, values] of Object.entries(result.multiValueHeaders ?? {})) {
    if (!Array.isArray(values)) return undefined;
    for (const other of Object.keys(headers)) {
      if (other.toLowerCase() === name.toLowerCase()) delete headers[other];
    }
    headers[name] = values.map(String);
  }
  return headers;
}

export function toHttpAnswer(outcome: InvocationOutcome): HttpAnswer {
  if (outcome.kind === 'timed_out') return GATEWAY_ANSWERS.timedOut;
  if (outcome.kind === 'failed') return GATEWAY_ANSWERS.malformed;
  const result: unknown = JSON.parse(outcome.responseText);
  if (!isObject(result)) return GATEWAY_ANSWERS.malformed;
  const statusCode = Number(result.statusCode);
  const { body = '' } = result;
  const headers = readHeaders(result);
  const isStatus = Number.isInteger(statusCode) && statusCode >= 200 && statusCode <= 599;
  if (!isStatus || headers === undefined || (typeof body !== 'string' && body !== null)) {
    return GATEWAY_ANSWERS.malformed;
  }
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return {
    statusCode,
    headers: hasType ? headers : { 'Content-Type': 'application/json', ...headers },
    body: Buffer.from(body ?? '', result.isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}
