import { SETTING } from '../../pipeline/settings';
import { onlyResource, type Resource, resourcesOf, stackNames, synthesizeStacks } from './synthesized';

const { templates: dev } = synthesizeStacks({});
const { templates: prod } = synthesizeStacks({ preset: 'prod' });
const { templates: serverless } = synthesizeStacks({ stream: { type: 'serverless' } });

test.each([
  ['standard', dev],
  ['express', prod],
])('a %s cluster takes IAM over TLS and nothing else', (_, templates) => {
  expect(onlyResource(templates.stream, 'AWS::MSK::Cluster').Properties).toMatchObject({
    ClientAuthentication: { Sasl: { Iam: { Enabled: true } }, Unauthenticated: { Enabled: false } },
    EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } },
  });
});

test('a serverless cluster takes IAM', () => {
  expect(onlyResource(serverless.stream, 'AWS::MSK::ServerlessCluster').Properties).toMatchObject({
    ClientAuthentication: { Sasl: { Iam: { Enabled: true } } },
  });
});

test('a standard cluster never lets a replica lead that lacks acknowledged records', () => {
  const { ServerProperties } = onlyResource(dev.stream, 'AWS::MSK::Configuration').Properties;

  expect(ServerProperties).toContain('unclean.leader.election.enable=false');
});

test('nodes take TLS only, are encrypted, have a user, and refuse writes rather than forget', () => {
  expect(onlyResource(prod.store, 'AWS::ElastiCache::ReplicationGroup').Properties).toMatchObject({
    TransitEncryptionEnabled: true,
    TransitEncryptionMode: 'required',
    AtRestEncryptionEnabled: true,
    AutomaticFailoverEnabled: true,
    MultiAZEnabled: true,
    UserGroupIds: [expect.anything()],
  });
  expect(onlyResource(prod.store, 'AWS::ElastiCache::ParameterGroup').Properties).toMatchObject({
    Properties: { 'maxmemory-policy': 'noeviction' },
  });
});

test('a serverless cache has a user, a group of its own, and a limit to its bill', () => {
  expect(onlyResource(dev.store, 'AWS::ElastiCache::ServerlessCache').Properties).toMatchObject({
    UserGroupId: expect.anything(),
    SecurityGroupIds: [expect.anything()],
    CacheUsageLimits: { DataStorage: { Maximum: 1, Unit: 'GB' }, ECPUPerSecond: { Maximum: 5000 } },
  });
});

test('what keeps records or counts is not deleted by being replaced', () => {
  const keepers = [
    onlyResource(dev.stream, 'AWS::MSK::Cluster'),
    onlyResource(serverless.stream, 'AWS::MSK::ServerlessCluster'),
    onlyResource(dev.store, 'AWS::ElastiCache::ServerlessCache'),
    onlyResource(prod.store, 'AWS::ElastiCache::ReplicationGroup'),
  ];

  expect(keepers.map(({ UpdateReplacePolicy }) => UpdateReplacePolicy)).toEqual(keepers.map(() => 'Retain'));
});

function environmentsOf(resource: Resource): readonly string[] {
  const { Environment, ContainerDefinitions } = resource.Properties as {
    readonly Environment?: { readonly Variables: object };
    readonly ContainerDefinitions?: readonly { readonly Environment: readonly { readonly Name: string }[] }[];
  };
  return [
    ...Object.keys(Environment?.Variables ?? {}),
    ...(ContainerDefinitions ?? []).flatMap((container) => container.Environment.map(({ Name }) => Name)),
  ];
}

test('programs are set up by settings of the pipeline, and no secret is among them', () => {
  const own: readonly string[] = [...Object.values(SETTING), 'NODE_OPTIONS', 'USER_ON_EVENT_FUNCTION_ARN'];
  for (const templates of [dev, prod, serverless]) {
    const programs = stackNames.flatMap((name) => [
      ...resourcesOf(templates[name], 'AWS::Lambda::Function'),
      ...resourcesOf(templates[name], 'AWS::ECS::TaskDefinition'),
    ]);

    expect(programs.flatMap(environmentsOf).filter((name) => !own.includes(name))).toEqual([]);
    expect(JSON.stringify(programs)).not.toContain('{{resolve:');
  }
});

test('the password is only where ElastiCache reads it, by reference', () => {
  const user = JSON.stringify(onlyResource(dev.store, 'AWS::ElastiCache::User').Properties);

  expect(user).toContain(':SecretString:password::}}');
  expect(user).not.toContain('nopass');
});

test('the producer runs without root, without a writable disk, without an address of its own', () => {
  const task = onlyResource(dev.producer, 'AWS::ECS::TaskDefinition').Properties;

  expect(task).toMatchObject({
    ContainerDefinitions: [{ User: 'node', ReadonlyRootFilesystem: true, StopTimeout: 30 }],
    RuntimePlatform: { CpuArchitecture: 'ARM64' },
  });
  expect(onlyResource(dev.producer, 'AWS::ECS::Service').Properties).toMatchObject({
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
  });
});

test('tasks are added and taken away by steps of CPU, within what is allowed', () => {
  const steps = resourcesOf(prod.producer, 'AWS::ApplicationAutoScaling::ScalingPolicy').map(
    ({ Properties }) =>
      (
        Properties.StepScalingPolicyConfiguration as {
          readonly StepAdjustments: readonly { readonly ScalingAdjustment: number }[];
        }
      ).StepAdjustments.map(({ ScalingAdjustment }) => ScalingAdjustment),
  );

  expect(steps.sort()).toEqual([[-1], [1, 2]]);
  expect(onlyResource(prod.producer, 'AWS::ApplicationAutoScaling::ScalableTarget').Properties).toMatchObject(
    {
      MinCapacity: 2,
      MaxCapacity: 10,
    },
  );
});

test('another processor than arm64 can be asked for', () => {
  const { producer } = synthesizeStacks({ producer: { architecture: 'X86_64' } }).templates;

  expect(onlyResource(producer, 'AWS::ECS::TaskDefinition').Properties).toMatchObject({
    RuntimePlatform: { CpuArchitecture: 'X86_64' },
  });
});

test('every log forgets', () => {
  const logs = stackNames.flatMap((name) => resourcesOf(prod[name], 'AWS::Logs::LogGroup'));

  expect(logs.map(({ Properties }) => Properties.RetentionInDays)).toEqual(logs.map(() => 90));
});
