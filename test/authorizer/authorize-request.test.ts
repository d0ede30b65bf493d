import type { APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { authorizer } from '../../lambdas/authorizer/authorize-request';
import { tokenVerifier } from '../../lambdas/authorizer/verify-token';
import type { LoginSettings } from '../../lambdas/login-settings';
import { TokenMaker } from '../support/token-maker';

const methodArn = 'arn:aws:execute-api:eu-west-1:123456789012:abc/live/GET/api/v1/snapshot';
const maker = new TokenMaker();
const stranger = new TokenMaker();
const nowSeconds = Math.floor(Date.now() / 1_000);

beforeAll(async () => {
  await maker.open();
  await stranger.open();
});

afterAll(async () => {
  await maker.close();
  await stranger.close();
});

beforeEach(() => {
  maker.isAway = false;
  maker.name = undefined;
});

function claims(differences: object = {}): object {
  const times = { iat: nowSeconds, exp: nowSeconds + 600 };
  return { iss: maker.issuer, aud: 'page', sub: 'ada', token_use: 'id', ...times, ...differences };
}

function prepare(required: LoginSettings['required'] = undefined) {
  const lines: string[] = [];
  const { issuer } = maker;
  const login = { issuer, clientId: 'page', scopes: 'openid', origins: [issuer], required };
  const authorize = authorizer(tokenVerifier(login), (_, message, fields) => {
    lines.push(JSON.stringify({ message, ...fields }));
  });
  const ask = (authorizationToken: string) =>
    authorize({ type: 'TOKEN', authorizationToken, methodArn } satisfies APIGatewayTokenAuthorizerEvent);
  return { ask, lines };
}

test('a token of the issuer for the page opens the whole API of its stage, so that the answer can be kept', async () => {
  const { ask } = prepare();

  expect(await ask(`Bearer ${maker.sign(claims())}`)).toEqual({
    principalId: 'ada',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: 'Allow',
          Resource: 'arn:aws:execute-api:eu-west-1:123456789012:abc/live/*',
        },
      ],
    },
  });
});

const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: 'eve' })).toString('base64url')}.AA`;

test.each([
  ['nothing', () => ''],
  ['no bearer', () => maker.sign(claims())],
  ['what is no token', () => 'Bearer abc'],
  ['an unsigned token', () => `Bearer ${unsigned}`],
  ['a token for another client', () => `Bearer ${maker.sign(claims({ aud: 'other' }))}`],
  ['a token of another issuer', () => `Bearer ${stranger.sign(claims())}`],
  ['a token that names another issuer', () => `Bearer ${maker.sign(claims({ iss: 'https://other' }))}`],
  ['a token that has ended', () => `Bearer ${maker.sign(claims({ exp: nowSeconds - 5 }))}`],
  ['a token that is not good yet', () => `Bearer ${maker.sign(claims({ nbf: nowSeconds + 500 }))}`],
  ['an access token', () => `Bearer ${maker.sign(claims({ token_use: 'access' }))}`],
  ['a token of another algorithm', () => `Bearer ${maker.sign(claims(), { alg: 'HS256' })}`],
  [
    'a token that was changed',
    () =>
      `Bearer ${maker.sign(claims()).replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify(claims({ sub: 'eve' }))).toString('base64url')}.`)}`,
  ],
])('%s is refused, with the one message that API Gateway makes 401 of', async (_, header) => {
  const { ask, lines } = prepare();

  await expect(ask(header())).rejects.toThrow(/^Unauthorized$/);
  expect(lines.join()).not.toContain('eve');
});

test.each([
  ['one value', { hd: 'example.com' }, { claim: 'hd', values: ['example.com'] }],
  ['one of a list', { groups: ['staff', 'ops'] }, { claim: 'groups', values: ['ops', 'admins'] }],
])('where a claim is asked for, %s suffices', async (_, held, required) => {
  const { ask } = prepare(required);

  await expect(ask(`Bearer ${maker.sign(claims(held))}`)).resolves.toMatchObject({ principalId: 'ada' });
});

test.each([{}, { hd: 'evil.example' }, { hd: ['example.com.evil'] }, { hd: null }])(
  'where a claim is asked for, %j is refused',
  async (held) => {
    const { ask } = prepare({ claim: 'hd', values: ['example.com'] });

    await expect(ask(`Bearer ${maker.sign(claims(held))}`)).rejects.toThrow(/^Unauthorized$/);
  },
);

test('keys are asked for once, and again when the issuer signs with new ones', async () => {
  const { ask } = prepare();
  await ask(`Bearer ${maker.sign(claims())}`);
  const { asked } = maker;

  await ask(`Bearer ${maker.sign(claims({ sub: 'bob' }))}`);
  expect(maker.asked).toBe(asked);

  maker.rotate();
  await expect(ask(`Bearer ${maker.sign(claims())}`)).resolves.toMatchObject({ principalId: 'ada' });
});

test('an issuer that is away is no refusal: nobody can tell, and the next token is another chance', async () => {
  const { ask, lines } = prepare();
  maker.isAway = true;

  await expect(ask(`Bearer ${maker.sign(claims())}`)).rejects.toThrow('status 503');
  expect(lines.join()).toContain('the issuer does not answer');

  maker.isAway = false;
  await expect(ask(`Bearer ${maker.sign(claims())}`)).resolves.toMatchObject({ principalId: 'ada' });
});

test('an issuer that calls itself by another name is not believed', async () => {
  const { ask } = prepare();
  maker.name = 'https://other.example';

  await expect(ask(`Bearer ${maker.sign(claims())}`)).rejects.toThrow(
    'names "https://other.example" as issuer',
  );
});
