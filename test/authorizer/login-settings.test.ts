import { readLogin } from '../../lambdas/login-settings';
import { ConfigurationError } from '../../pipeline/settings';

const least = { LOGIN_ISSUER: 'https://id.example/pool', LOGIN_CLIENT_ID: 'page' };

test('without an issuer nobody signs in', () => {
  expect(readLogin({ LOGIN_CLIENT_ID: 'page' })).toBeUndefined();
});

test('an issuer and a client suffice', () => {
  expect(readLogin(least)).toEqual({
    issuer: 'https://id.example/pool',
    clientId: 'page',
    scopes: 'openid email',
    origins: ['https://id.example'],
    required: undefined,
  });
});

test('origins come besides the issuer’s, and a claim has values', () => {
  const login = readLogin({
    ...least,
    LOGIN_ORIGINS: 'https://tokens.example, https://id.example',
    LOGIN_CLAIM: 'groups=staff, ops',
    LOGIN_SCOPES: 'openid groups offline_access',
  });

  expect(login).toMatchObject({
    origins: ['https://id.example', 'https://tokens.example'],
    required: { claim: 'groups', values: ['staff', 'ops'] },
    scopes: 'openid groups offline_access',
  });
});

test.each([
  [{ LOGIN_ISSUER: 'http://id.example' }, 'LOGIN_ISSUER'],
  [{ LOGIN_ISSUER: 'id.example' }, 'LOGIN_ISSUER'],
  [{ LOGIN_ISSUER: 'https://id.example/?x=1' }, 'LOGIN_ISSUER'],
  [{ LOGIN_CLIENT_ID: '' }, 'LOGIN_CLIENT_ID'],
  [{ LOGIN_CLIENT_ID: 'a b' }, 'LOGIN_CLIENT_ID'],
  [{ LOGIN_ORIGINS: "https://x.example; script-src 'unsafe-inline'" }, 'LOGIN_ORIGINS'],
  [{ LOGIN_ORIGINS: '*' }, 'LOGIN_ORIGINS'],
  [{ LOGIN_ORIGINS: 'https://x.example/path' }, 'LOGIN_ORIGINS'],
  [{ LOGIN_SCOPES: 'email' }, 'LOGIN_SCOPES'],
  [{ LOGIN_CLAIM: 'groups' }, 'LOGIN_CLAIM'],
  [{ LOGIN_CLAIM: 'groups=a,,b' }, 'LOGIN_CLAIM'],
])('%j is refused, and %s is named', (differences, setting) => {
  const read = () => readLogin({ ...least, ...differences });

  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(`${setting}: `);
});
