/** One certificate for all that the rehearsal puts in AWS's place, for a day. Who should trust it is told so by NODE_EXTRA_CA_CERTS. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandRunner, succeeded } from '../local/services/command-runner';
import { RehearsalError } from './rehearsal-error';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

const validDays = '1';

/** `addresses`: IP addresses beside 127.0.0.1. Throws RehearsalError. */
export async function makeCertificate(folder: string, addresses: readonly string[]): Promise<Certificate> {
  const [certFile, keyFile] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  for (const file of [certFile, keyFile]) rmSync(file, { force: true });
  // API Gateway is asked by the name of each API.
  const names = ['DNS:localhost', 'DNS:*.execute-api.localhost'];
  const ips = [...new Set(['127.0.0.1', ...addresses])].map((address) => `IP:${address}`);
  const request = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    validDays,
    '-subj',
    '/CN=rehearsal',
  ];
  const extensions = ['basicConstraints=critical,CA:FALSE', `subjectAltName=${[...names, ...ips].join(',')}`];
  const outcome = await commandRunner.run(
    'openssl',
    [...request, '-keyout', keyFile, '-out', certFile, ...extensions.flatMap((text) => ['-addext', text])],
    { timeoutMs: 60_000 },
  );
  if (!succeeded(outcome)) {
    const why = outcome.kind === 'ended' ? outcome.stderr.trim().split('\n').at(-1) : outcome.kind;
    throw new RehearsalError(`openssl cannot make a certificate: ${why}`);
  }
  return { certFile, keyFile };
}
