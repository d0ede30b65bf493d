/**
 * AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), as far as the
 * rehearsal asks for it: one request, its whole body, no query. The emulator checks signatures, and so nothing gets by without one.
 */
import { createHash, createHmac } from 'node:crypto';

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export interface UnsignedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const keyed = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Each part of a path is encoded once more than it stands in the address, as every service but S3 wants it. */
function canonicalPath(pathname: string): string {
  return pathname.split('/').map(encodeURIComponent).join('/');
}

/** All headers to send. `service`: as it stands in the scope, `lambda`. `now`: the time of signing. */
export function signRequest(
  request: UnsignedRequest,
  service: string,
  signer: Signer,
  now: Date,
): Readonly<Record<string, string>> {
  const { host, pathname } = new URL(request.url);
  const time = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const headers: Readonly<Record<string, string>> = { ...request.headers, host, 'x-amz-date': time };
  const names = Object.keys(headers).sort();
  const scope = `${time.slice(0, 8)}/${signer.region}/${service}/aws4_request`;
  const canonical = [
    request.method,
    canonicalPath(pathname),
    '',
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    names.join(';'),
    digestOf(request.body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, digestOf(canonical)].join('\n');
  const key = [...scope.split('/')].reduce<string | Buffer>(keyed, `AWS4${signer.secretAccessKey}`);
  const signature = keyed(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${signer.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization };
}
