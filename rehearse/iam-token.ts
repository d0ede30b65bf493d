/** What a client of MSK sends to prove an AWS identity: https://github.com/aws/aws-msk-iam-auth#details */

const separator = String.fromCharCode(1);

/** `n,,`, then fields that end with a byte of 1 each, of which one is `auth=Bearer <token>` (RFC 7628); undefined: as MSK documents it, else what is wrong. */
export function tokenFault(message: string): string | undefined {
  const field = message.split(separator).find((text) => text.startsWith('auth=Bearer '));
  const token = /^auth=Bearer ([\w-]+=*)$/.exec(field ?? '')?.[1];
  if (token === undefined) return 'no bearer token';
  const address = Buffer.from(token, 'base64url').toString();
  if (!URL.canParse(address)) return 'the token is no address';
  const { protocol, hostname, searchParams } = new URL(address);
  const credential = searchParams.get('X-Amz-Credential') ?? '';
  if (protocol !== 'https:' || !/^kafka\.[a-z0-9-]+\.amazonaws\.com$/.test(hostname))
    return 'the token is not for MSK';
  if (searchParams.get('Action') !== 'kafka-cluster:Connect')
    return 'the token is not for kafka-cluster:Connect';
  if (!/^\w{4,128}\/\d{8}\/[a-z0-9-]+\/kafka-cluster\/aws4_request$/.test(credential))
    return 'the token names no identity';
  if (!/^[0-9a-f]{64}$/.test(searchParams.get('X-Amz-Signature') ?? '')) return 'the token is not signed';
  return undefined;
}
