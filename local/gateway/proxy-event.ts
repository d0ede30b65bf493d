/**
 * An HTTP request as the event with which API Gateway (REST, Lambda proxy integration, `/{proxy+}`) invokes a function:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 *
 * Names and values of the query are decoded, the path is not. A header or parameter that comes more than once has its last
 * value in the single-value map. Bodies that are no text are base64, as with binary media types configured.
 */
import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';

export interface HttpRequest {
  readonly method: string;
  /** As it stands in the request line: path and query. */
  readonly target: string;
  /** Name, value, name, value: in the client's order and case. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

type MultiValues = Record<string, string[]>;

const stage = 'local';
const textTypes = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|[^;]*\+(json|xml))/i;

/** Without a prototype, so that a header or parameter called `__proto__` is one like any other. */
function collect(pairs: Iterable<readonly [string, string]>): MultiValues {
  const values: MultiValues = Object.create(null);
  for (const [name, value] of pairs) {
    const held = values[name];
    if (held === undefined) values[name] = [value];
    else held.push(value);
  }
  return values;
}

function lastOfEach(values: MultiValues): Record<string, string> {
  const last: Record<string, string> = Object.create(null);
  for (const [name, [...all]] of Object.entries(values)) last[name] = all.at(-1) ?? '';
  return last;
}

function* headerPairs(rawHeaders: readonly string[]): Generator<readonly [string, string]> {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) yield [rawHeaders[i] ?? '', rawHeaders[i + 1] ?? ''];
}

function header(values: Record<string, string>, wanted: string): string | undefined {
  return Object.entries(values).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function bodyOf(body: Buffer, contentType: string): Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'> {
  if (body.length === 0) return { body: null, isBase64Encoded: false };
  if (textTypes.test(contentType)) return { body: body.toString('utf8'), isBase64Encoded: false };
  return { body: body.toString('base64'), isBase64Encoded: true };
}

/** `null` where there is none, as API Gateway has it. */
function orNull<T extends object>(values: T): T | null {
  return Object.keys(values).length === 0 ? null : values;
}

export function toProxyEvent(request: HttpRequest, nowMs: number): APIGatewayProxyEvent {
  const { method, target, sourceIp } = request;
  const cut = target.indexOf('?');
  const path = cut < 0 ? target : target.slice(0, cut);
  const query = collect(new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1)));
  const multiValueHeaders = collect(headerPairs(request.rawHeaders));
  const headers = lastOfEach(multiValueHeaders);
  const resource = path === '/' ? '/' : '/{proxy+}';
  return {
    resource,
    path,
    httpMethod: method,
    headers,
    multiValueHeaders,
    queryStringParameters: orNull(lastOfEach(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: path === '/' ? null : { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      authorizer: null,
      protocol: 'HTTP/1.1',
      httpMethod: method,
      identity: identityOf(sourceIp, header(headers, 'user-agent')),
      path,
      stage,
      requestId: randomUUID(),
      requestTimeEpoch: nowMs,
      resourceId: 'local',
      resourcePath: resource,
    },
    ...bodyOf(request.body, header(headers, 'content-type') ?? ''),
  };
}

function identityOf(
  sourceIp: string,
  userAgent: string | undefined,
): APIGatewayProxyEvent['requestContext']['identity'] {
  return {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp,
    user: null,
    userAgent: userAgent ?? null,
    userArn: null,
  };
}
