/** A person whom the pool invites and who signs in as the page lets people sign in: managed login, code and PKCE. */
import { createHash, randomBytes } from 'node:crypto';
import type { Aws } from './aws';
import { RehearsalError } from './rehearsal-error';

export interface ViewerLogin {
  /** `https://cognito-idp.REGION.amazonaws.com/POOL`, as the function has it. */
  readonly issuer: string;
  readonly clientId: string;
  /** Address of the page: where people are sent back to. */
  readonly home: string;
}

const email = 'viewer@example.com';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

async function invite(aws: Aws, poolId: string, password: string): Promise<void> {
  const service = 'AWSCognitoIdentityProviderService';
  const attributes = [
    { Name: 'email', Value: email },
    { Name: 'email_verified', Value: 'true' },
  ];
  const user = { UserPoolId: poolId, Username: email };
  await aws.command('cognito-idp', `${service}.AdminCreateUser`, { ...user, UserAttributes: attributes });
  const asked = { ...user, Password: password, Permanent: true };
  await aws.command('cognito-idp', `${service}.AdminSetUserPassword`, asked);
}

/** The ID token, which the page sends with each request. Throws RehearsalError. */
export async function signInViewer(aws: Aws, login: ViewerLogin): Promise<string> {
  const poolId = login.issuer.split('/').at(-1) ?? '';
  const password = `A-1-${randomBytes(12).toString('hex')}`;
  await invite(aws, poolId, password);
  const verifier = randomBytes(32).toString('base64url');
  const client = { client_id: login.clientId, redirect_uri: login.home };
  const asked = {
    ...client,
    response_type: 'code',
    scope: 'openid email',
    state: 'rehearsal',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  const authorize = `${aws.endpoint}/oauth2/authorize?${new URLSearchParams(asked)}`;
  const shown = await aws.send({ method: 'GET', url: authorize });
  if (shown.status !== 200 || !shown.body.includes('password')) {
    throw new RehearsalError(`managed login answers ${shown.status} instead of a form`);
  }
  const entered = new URLSearchParams({ ...asked, username: email, password }).toString();
  const sent = await aws.send({ method: 'POST', url: `${aws.endpoint}/login`, headers: form, body: entered });
  const back = String(sent.headers.location ?? '');
  const code = URL.canParse(back) ? new URL(back).searchParams.get('code') : null;
  if (code === null) throw new RehearsalError(`managed login answers ${sent.status} and no code`);
  const grant = { ...client, grant_type: 'authorization_code', code, code_verifier: verifier };
  const traded = await aws.send({
    method: 'POST',
    url: `${aws.endpoint}/oauth2/token`,
    headers: form,
    body: new URLSearchParams(grant).toString(),
  });
  const { id_token: token } = JSON.parse(traded.body.toString()) as { readonly id_token?: string };
  if (token === undefined) throw new RehearsalError(`the code gets no token: status ${traded.status}`);
  return token;
}
