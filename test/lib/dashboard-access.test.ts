import {
  onlyResource,
  type Resource,
  resourcesOf,
  synthesizeStacks,
  type Template,
  validateStacks,
} from './synthesized';

const issuer = {
  login: 'oidc',
  oidcIssuer: 'https://id.example/pool',
  oidcClientId: 'page',
  oidcScopes: ['openid', 'offline_access'],
  oidcOrigins: ['https://tokens.example'],
  oidcClaim: 'groups',
  oidcClaimValues: ['staff', 'ops'],
};
const { dashboard: cognito } = synthesizeStacks({}).templates;
const { dashboard: oidc } = synthesizeStacks({ dashboard: issuer }).templates;
const { dashboard: addresses } = synthesizeStacks({
  dashboard: { login: 'none', allowedCidrs: ['203.0.113.0/24'] },
}).templates;

/** Methods by the path that they answer: with an authorizer, or open. */
function locks(template: Template): Readonly<Record<string, string>> {
  const parts = new Map(
    Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::ApiGateway::Resource'),
  );
  const pathOf = (reference: unknown): string => {
    const { Ref: id } = reference as { readonly Ref?: string };
    const part = id === undefined ? undefined : parts.get(id);
    return part === undefined ? '' : `${pathOf(part.Properties.ParentId)}/${part.Properties.PathPart}`;
  };
  return Object.fromEntries(
    resourcesOf(template, 'AWS::ApiGateway::Method').map(({ Properties }) => [
      `${Properties.HttpMethod} ${pathOf(Properties.ResourceId) || '/'}`,
      Properties.AuthorizerId === undefined ? 'open' : String(Properties.AuthorizationType),
    ]),
  );
}

function environmentOf(template: Template, name: string): Readonly<Record<string, unknown>> {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.FunctionName === `clickstream-${name}`,
  ) as Resource;
  return (found.Properties.Environment as { readonly Variables: Record<string, unknown> }).Variables;
}

test.each([
  ['cognito', cognito],
  ['oidc', oidc],
])('with %s the API has a lock, and the page, which holds no number, has none', (_, template) => {
  expect(locks(template)).toEqual({
    'ANY /': 'open',
    'ANY /{proxy+}': 'open',
    'ANY /api/{proxy+}': 'CUSTOM',
  });
  expect(onlyResource(template, 'AWS::ApiGateway::RestApi').Properties).not.toHaveProperty('Policy');
});

test('the authorizer is asked once for a token and five minutes, and never for what is no token', () => {
  const { Properties } = onlyResource(cognito, 'AWS::ApiGateway::Authorizer');

  expect(Properties).toMatchObject({
    Type: 'TOKEN',
    IdentitySource: 'method.request.header.Authorization',
    AuthorizerResultTtlInSeconds: 300,
  });
  const pattern = new RegExp(String(Properties.IdentityValidationExpression));
  expect(
    ['Bearer a.b-_.c', 'Bearer a.b', 'a.b.c', 'Bearer a.b.c\n', ''].map((text) => pattern.test(text)),
  ).toEqual([true, false, false, false, false]);
});

test('page and authorizer know the same issuer and client, and the pool is whose client it is', () => {
  const page = environmentOf(cognito, 'dashboard');
  const authorizer = environmentOf(cognito, 'authorizer');

  expect(JSON.stringify(page.LOGIN_ISSUER)).toContain('cognito-idp.');
  for (const name of ['LOGIN_ISSUER', 'LOGIN_CLIENT_ID']) expect(authorizer[name]).toEqual(page[name]);
  expect(JSON.stringify(page.LOGIN_ORIGINS)).toContain('.auth.');
});

test('nobody can sign up, passwords are long, and the pool’s page is Cognito’s managed login', () => {
  expect(onlyResource(cognito, 'AWS::Cognito::UserPool').Properties).toMatchObject({
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    Policies: { PasswordPolicy: { MinimumLength: 12 } },
    UserPoolTier: 'ESSENTIALS',
  });
  expect(onlyResource(cognito, 'AWS::Cognito::UserPoolDomain').Properties).toMatchObject({
    ManagedLoginVersion: 2,
  });
  expect(resourcesOf(cognito, 'AWS::Cognito::ManagedLoginBranding')).toHaveLength(1);
});

test('the page is a client without a secret, by code alone, and people come back to the page and nowhere else', () => {
  const { Properties } = onlyResource(cognito, 'AWS::Cognito::UserPoolClient');
  const page = expect.objectContaining({
    'Fn::Join': [
      '',
      [
        'https://',
        { Ref: expect.stringMatching(/^FrontApi/) },
        '.execute-api.',
        { Ref: 'AWS::Region' },
        '.',
        { Ref: 'AWS::URLSuffix' },
        '/live/',
      ],
    ],
  });

  expect(Properties).toMatchObject({
    GenerateSecret: false,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email'],
    CallbackURLs: [page],
    LogoutURLs: [page],
    ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    RefreshTokenValidity: 30 * 24 * 60,
  });
});

test('one printed command makes the first viewer', () => {
  const outputs = (
    cognito as unknown as { readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>> }
  ).Outputs;
  const commands = Object.values(outputs).map(({ Value }) => JSON.stringify(Value));

  expect(commands.filter((text) => text.includes('aws cognito-idp admin-create-user'))).toHaveLength(1);
});

test('an issuer of one’s own takes the pool’s place', () => {
  expect(resourcesOf(oidc, 'AWS::Cognito::UserPool')).toEqual([]);
  expect(environmentOf(oidc, 'authorizer')).toMatchObject({
    LOGIN_ISSUER: 'https://id.example/pool',
    LOGIN_CLIENT_ID: 'page',
    LOGIN_SCOPES: 'openid offline_access',
    LOGIN_ORIGINS: 'https://tokens.example',
    LOGIN_CLAIM: 'groups=staff,ops',
  });
});

test('without a login, addresses are the lock; with one they are a second', () => {
  const allowed = { Effect: 'Allow', Condition: { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } } };
  const { dashboard: both } = synthesizeStacks({ dashboard: { allowedCidrs: ['203.0.113.0/24'] } }).templates;

  for (const template of [addresses, both]) {
    expect(onlyResource(template, 'AWS::ApiGateway::RestApi').Properties.Policy).toMatchObject({
      Statement: [allowed],
    });
  }
  expect(Object.values(locks(addresses))).toEqual(['open', 'open', 'open']);
  expect(locks(both)['ANY /api/{proxy+}']).toBe('CUSTOM');
  expect(environmentOf(addresses, 'dashboard')).not.toHaveProperty('LOGIN_ISSUER');
});

test('requests are limited and logged: by viewer, and without what was asked for', () => {
  const { Properties } = onlyResource(cognito, 'AWS::ApiGateway::Stage');

  expect(Properties).toMatchObject({
    AccessLogSetting: { DestinationArn: expect.anything() },
    MethodSettings: [{ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 }],
  });
  const { Format } = Properties.AccessLogSetting as { readonly Format: string };
  expect(Format).toContain('$context.authorizer.principalId');
  expect(Format).not.toMatch(/\$context\.path|\$context\.requestOverride|queryString/);
});

test('a firewall and a name of one’s own can be asked for; then there is no second way in', () => {
  const { templates, findings } = validateStacks({
    dashboard: {
      firewall: true,
      domainName: 'stats.example.com',
      certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1',
      hostedZoneId: 'Z1',
    },
  });
  const { dashboard } = templates;

  expect(findings).toEqual([]);
  expect(onlyResource(dashboard, 'AWS::ApiGateway::RestApi').Properties).toMatchObject({
    DisableExecuteApiEndpoint: true,
  });
  expect(onlyResource(dashboard, 'AWS::Cognito::UserPoolClient').Properties).toMatchObject({
    CallbackURLs: ['https://stats.example.com/'],
  });
  expect(onlyResource(dashboard, 'AWS::Route53::RecordSet').Properties).toMatchObject({
    Name: 'stats.example.com',
  });
  expect(onlyResource(dashboard, 'AWS::WAFv2::WebACL').Properties).toMatchObject({
    Rules: expect.arrayContaining([
      expect.objectContaining({
        Statement: { RateBasedStatement: expect.objectContaining({ Limit: 7_500 }) },
        Action: { Block: {} },
      }),
    ]),
  });
  expect(resourcesOf(dashboard, 'AWS::WAFv2::WebACLAssociation')).toHaveLength(1);
});
