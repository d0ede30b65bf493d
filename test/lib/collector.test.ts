/** producer.collector: an HTTPS address, one way in, rights to what is needed, what the tasks are told of a visitor, and nothing at all where it is off. */
import { runInNewContext } from 'node:vm';
import { COLLECTOR_FRONT_HEADER } from '../../pipeline/settings';
import {
  onlyResource,
  type Resource,
  resourcesOf,
  synthesizeStacks,
  type Templates,
  validateStacks,
} from './synthesized';
import { variantWith } from './variants';

const { templates: api } = validateStacks(variantWith('api'));
const { templates: cloudfront } = validateStacks(variantWith('cloudfront'));
const { templates: alb } = validateStacks(variantWith('alb'));
const each: readonly (readonly [string, Templates])[] = [
  ['api', api],
  ['cloudfront', cloudfront],
  ['alb', alb],
];

interface Container {
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets?: readonly { readonly Name: string; readonly ValueFrom: unknown }[];
  readonly StopTimeout: number;
}

function containerOf({ producer }: Templates): Container {
  const { ContainerDefinitions } = onlyResource(producer, 'AWS::ECS::TaskDefinition').Properties;
  return (ContainerDefinitions as readonly [Container])[0];
}

function environmentOf(templates: Templates): Readonly<Record<string, unknown>> {
  return Object.fromEntries(containerOf(templates).Environment.map(({ Name, Value }) => [Name, Value]));
}

function distributionOf({ producer }: Templates) {
  return onlyResource(producer, 'AWS::CloudFront::Distribution').Properties.DistributionConfig as {
    readonly DefaultCacheBehavior: Readonly<Record<string, unknown>>;
    readonly CacheBehaviors: readonly Readonly<Record<string, unknown>>[];
    readonly Origins: readonly { readonly OriginCustomHeaders: readonly Record<string, unknown>[] }[];
    readonly WebACLId: unknown;
  };
}

test('without it there is no address, no link and no secret, and the network is what it was', () => {
  const { producer } = synthesizeStacks({}).templates;
  for (const type of [
    'AWS::ApiGatewayV2::Api',
    'AWS::ApiGatewayV2::VpcLink',
    'AWS::CloudFront::Distribution',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'AWS::SecretsManager::Secret',
  ])
    expect(resourcesOf(producer, type)).toEqual([]);
});

test('a deploy prints the address, the command that adds a site, and the line for its pages', () => {
  for (const [, { producer }] of each) {
    const outputs = Object.values(producer.Outputs ?? {}).map(({ Value }) => JSON.stringify(Value));
    expect(outputs.filter((text) => text.includes('npm run sites -- add'))).toHaveLength(1);
    expect(outputs.filter((text) => text.includes('/tracker.js'))).toHaveLength(1);
    expect(Object.keys(producer.Outputs ?? {})).toEqual(
      expect.arrayContaining(['CollectorUrl', 'AddSite', 'Snippet']),
    );
  }
});

test('the page is told the address too, by a reference that holds nothing back', () => {
  for (const [, { dashboard }] of each) {
    const urls = resourcesOf(dashboard, 'AWS::Lambda::Function').flatMap(({ Properties }) => {
      const { Variables } = (Properties.Environment ?? {}) as {
        readonly Variables?: Record<string, unknown>;
      };
      return Variables?.COLLECTOR_URL ?? [];
    });
    expect(urls).toEqual([
      { 'Fn::GetStackOutput': { StackName: 'clickstream-producer', OutputName: 'CollectorUrl' } },
    ]);
  }
});

describe('the visitor', () => {
  test('has his address in a header that API Gateway sets over the client’s', () => {
    const integration = onlyResource(api.producer, 'AWS::ApiGatewayV2::Integration');
    expect(integration.Properties.RequestParameters).toEqual({
      'overwrite:header.x-visitor-address': '$context.identity.sourceIp',
    });
    expect(environmentOf(api)).toMatchObject({ COLLECTOR_ADDRESS_HEADER: 'x-visitor-address' });
    expect(environmentOf(api)).not.toHaveProperty('COLLECTOR_COUNTRY_HEADER');
  });

  test('has it said by CloudFront, over what he says himself and without a port; the API does not put CloudFront’s there', () => {
    const { FunctionCode } = onlyResource(cloudfront.producer, 'AWS::CloudFront::Function').Properties;
    const event = {
      viewer: { ip: '2001:db8::1' },
      request: { uri: '/api/event', headers: { 'x-visitor-address': { value: '6.6.6.6' } } },
    };
    const answer = runInNewContext(`${FunctionCode}; handler(event)`, { event }) as typeof event.request;

    expect(answer).toEqual({ uri: '/api/event', headers: { 'x-visitor-address': { value: '2001:db8::1' } } });
    expect(environmentOf(cloudfront)).toMatchObject({ COLLECTOR_ADDRESS_HEADER: 'x-visitor-address' });
    expect(onlyResource(cloudfront.producer, 'AWS::ApiGatewayV2::Integration').Properties).not.toHaveProperty(
      'RequestParameters',
    );
  });

  test('has his country named by CloudFront, which keeps no answer for the next one', () => {
    expect(environmentOf(cloudfront)).toMatchObject({
      COLLECTOR_COUNTRY_HEADER: 'CloudFront-Viewer-Country',
    });
    const { CachePolicyId } = distributionOf(cloudfront).DefaultCacheBehavior;
    const { Ref } = CachePolicyId as { readonly Ref: string };
    expect(cloudfront.producer.Resources[Ref]?.Properties.CachePolicyConfig).toMatchObject({
      DefaultTTL: 0,
      MaxTTL: 1,
      ParametersInCacheKeyAndForwardedToOrigin: { HeadersConfig: { Headers: ['CloudFront-Viewer-Country'] } },
    });
  });

  test('has it added by the load balancer behind what he says himself', () => {
    expect(environmentOf(alb)).toMatchObject({ COLLECTOR_PROXIES: '1' });
    expect(environmentOf(alb)).not.toHaveProperty('COLLECTOR_ADDRESS_HEADER');
  });
});

test('CloudFront passes every method and all headers but the host, and says the secret that tasks ask for', () => {
  const { DefaultCacheBehavior, CacheBehaviors, Origins } = distributionOf(cloudfront);
  const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

  expect(DefaultCacheBehavior).toMatchObject({
    AllowedMethods: expect.arrayContaining(['OPTIONS', 'POST', 'GET']),
    OriginRequestPolicyId: allViewerExceptHost,
    ViewerProtocolPolicy: 'https-only',
  });
  expect(CacheBehaviors.map(({ PathPattern }) => PathPattern)).toEqual(['/tracker.js']);
  const [secret] = containerOf(cloudfront).Secrets ?? [];
  expect(secret?.Name).toBe('COLLECTOR_FRONT_SECRET');
  const [header] = Origins[0]?.OriginCustomHeaders ?? [];
  expect(header?.HeaderName).toBe(COLLECTOR_FRONT_HEADER);
  expect(JSON.stringify(header?.HeaderValue)).toContain('{{resolve:secretsmanager:');
  expect(JSON.stringify(header?.HeaderValue)).toContain(JSON.stringify(secret?.ValueFrom));
  expect(containerOf(api)).not.toHaveProperty('Secrets');
});

test('a firewall limits each address, tells it to come again, and reads no body', () => {
  const ofCloudFront = onlyResource(cloudfront.edge ?? { Resources: {} }, 'AWS::WAFv2::WebACL').Properties;
  const ofBalancer = onlyResource(alb.producer, 'AWS::WAFv2::WebACL').Properties;

  expect([ofCloudFront.Scope, ofBalancer.Scope]).toEqual(['CLOUDFRONT', 'REGIONAL']);
  expect(ofCloudFront.Rules).toEqual(ofBalancer.Rules);
  expect(ofBalancer.Rules).toMatchObject([
    {
      Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 30_000 } },
      Action: { Block: { CustomResponse: { ResponseCode: 503 } } },
    },
    { Name: 'AWSManagedRulesAmazonIpReputationList' },
  ]);
  expect(distributionOf(cloudfront).WebACLId).toEqual({
    'Fn::GetStackOutput': { StackName: 'clickstream-edge', OutputName: 'WebAclArn', Region: 'us-east-1' },
  });
  expect(resourcesOf(alb.producer, 'AWS::WAFv2::WebACLAssociation')).toHaveLength(1);
  expect(alb.edge).toBeUndefined();
});

test('the access log has neither addresses nor query strings, and requests have a limit; CloudFront and the load balancer write none', () => {
  for (const { producer } of [api, cloudfront]) {
    const stage = onlyResource(producer, 'AWS::ApiGatewayV2::Stage');
    const { Format } = stage.Properties.AccessLogSettings as { Format: string };
    expect(Format).not.toMatch(/sourceIp|userAgent|querystring|path\b.*\?|identity|header/i);
    expect(stage.Properties.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 10_000,
      ThrottlingBurstLimit: 5_000,
    });
  }
  expect(distributionOf(cloudfront)).not.toHaveProperty('Logging');
  const balancer = onlyResource(alb.producer, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties;
  expect(JSON.stringify(balancer)).not.toMatch(/logs\.s3\.enabled","Value":"true/);
});

describe.each(each)('with %s', (_, templates) => {
  test('tasks grow with their load, are given time to answer what is still sent to them, and know their address', () => {
    const linger = Number(environmentOf(templates).COLLECTOR_LINGER_SECONDS ?? 0);
    expect(containerOf(templates).StopTimeout).toBeGreaterThanOrEqual(linger + 30);
    expect(containerOf(templates).StopTimeout).toBeLessThanOrEqual(120);
    expect(
      onlyResource(templates.producer, 'AWS::ApplicationAutoScaling::ScalableTarget').Properties,
    ).toMatchObject({ MinCapacity: 2, MaxCapacity: 10 });
    expect(JSON.stringify(environmentOf(templates).COLLECTOR_URL)).toMatch(/"https:\/\/|"ApiEndpoint"/);
  });

  test('a task may read the sites’ secret, and make, write and read the one topic of salts', () => {
    const statements = resourcesOf(templates.producer, 'AWS::IAM::Policy')
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('TaskRole'))
      .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
    const salts = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('clicks-salts'));
    expect(salts.flatMap(({ Action }) => Action).sort()).toEqual([
      'kafka-cluster:CreateTopic',
      'kafka-cluster:DescribeTopic',
      'kafka-cluster:DescribeTopicDynamicConfiguration',
      'kafka-cluster:ReadData',
      'kafka-cluster:WriteData',
    ]);
    const secrets = statements.filter(({ Action }) => JSON.stringify(Action).includes('secretsmanager'));
    expect(secrets.map(({ Action }) => [Action].flat().sort())).toEqual([
      ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    ]);
    expect(JSON.stringify(secrets)).toContain('Sites');
    expect(statements.filter(({ Resource }) => Resource === '*')).toEqual([]);
  });

  test('alarms look at failures, at slowness, and at what is refused', () => {
    const names = resourcesOf(templates.monitoring, 'AWS::CloudWatch::Alarm')
      .map(({ Properties }: Resource) => String(Properties.AlarmName).replace('clickstream: ', ''))
      .filter((name) => name.startsWith('Collector'));
    const ofAll = ['Collector failing', 'Collector slow', 'Collector refusing'];
    expect(names).toEqual(templates === alb ? ofAll : [...ofAll, 'Collector near its limit']);
  });
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

test('ECS ends a task behind a load balancer once nobody sends to it; tasks are found by Cloud Map with their port otherwise', () => {
  const group = onlyResource(alb.producer, 'AWS::ElasticLoadBalancingV2::TargetGroup').Properties;
  expect(group).toMatchObject({ HealthCheckPath: '/api/v1/health', TargetType: 'ip', Port: 5001 });
  expect(JSON.stringify(group.TargetGroupAttributes)).toContain(
    '{"Key":"deregistration_delay.timeout_seconds","Value":"15"}',
  );
  const service = onlyResource(alb.producer, 'AWS::ECS::Service');
  expect(service.Properties.LoadBalancers).toMatchObject([
    { ContainerName: 'producer', ContainerPort: 5001 },
  ]);
  expect(JSON.stringify(service.DependsOn)).toContain('BalancerHttps');
  for (const { producer } of [api, cloudfront]) {
    const found = onlyResource(producer, 'AWS::ServiceDiscovery::Service').Properties;
    expect(JSON.stringify(found)).toContain('"Type":"SRV"');
  }
});
