/** What the rehearsal itself asks of the emulator, as an administrator: signed requests to its one address. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { RehearsalError } from './rehearsal-error';
import { type Signer, signRequest } from './sign-request';

/** The one region and the one account of the rehearsal. The emulator knows this key as its root's. */
export const SIGNER: Signer = { accessKeyId: 'test', secretAccessKey: 'test', region: 'us-east-1' };
export const ACCOUNT = '000000000000';
const answerMsMax = 300_000;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** With the port of the emulator. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class Aws {
  private readonly ca: Buffer;

  constructor(
    /** `https://127.0.0.1:4566`. */
    readonly endpoint: string,
    certFile: string,
  ) {
    this.ca = readFileSync(certFile);
  }

  /** Any answer, redirects too. The emulator finds API Gateway's APIs by the Host header. */
  send({ method, url, headers = {}, body = '' }: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, ca: this.ca, timeout: answerMsMax }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts),
          }),
        );
      });
      sent.once('error', reject);
      sent.once('timeout', () => sent.destroy(new Error(`${url} gives no answer`)));
      sent.end(body);
    });
  }

  /** A signed request of a service with paths, such as Lambda. Throws RehearsalError where the status is none of success. */
  async ask(service: string, method: 'GET' | 'POST', path: string, body = ''): Promise<HttpAnswer> {
    const url = `${this.endpoint}${path}`;
    const headers = { 'content-type': 'application/json' };
    return this.succeed(service, { method, url, headers, body });
  }

  /** A signed request of a service of JSON commands, `Logs_20140328.DescribeLogGroups`. */
  async command<Answer>(service: string, target: string, input: object): Promise<Answer> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const body = JSON.stringify(input);
    const answer = await this.succeed(service, { method: 'POST', url: `${this.endpoint}/`, headers, body });
    return JSON.parse(answer.body.toString()) as Answer;
  }

  /** A signed request of CloudFormation's kind: a form, answered by XML. */
  async query(service: string, version: string, action: string): Promise<string> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = `Action=${action}&Version=${version}`;
    const answer = await this.succeed(service, { method: 'POST', url: `${this.endpoint}/`, headers, body });
    return answer.body.toString();
  }

  private async succeed(service: string, unsigned: HttpRequest): Promise<HttpAnswer> {
    const { headers = {}, body = '', ...rest } = unsigned;
    const signed = signRequest({ ...rest, headers, body }, service, SIGNER, new Date());
    const answer = await this.send({ ...unsigned, headers: signed });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new RehearsalError(
      `${service} answers ${answer.status}: ${answer.body.toString().slice(0, 300).replaceAll(/\s+/g, ' ')}`,
    );
  }
}
