/**
 * Nineteen mistakes that compile, of which no single tool finds half. Those that CDK's own validator and cdk-nag find are planted here,
 * all at once; the others one by one in test/lib/policy, named here so that none is forgotten.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, CfnOutput, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import type { CfnStage } from 'aws-cdk-lib/aws-apigateway';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { findingsOfPlanted } from './synthesized';

function first(app: App, type: string, path = ''): CfnResource {
  const found = app.node
    .findAll()
    .find(
      (one): one is CfnResource =>
        CfnResource.isCfnResource(one) && one.cfnResourceType === type && one.node.path.includes(path),
    );
  if (found === undefined) throw new Error(`no ${type} at ${path}`);
  return found;
}

function plantAll(app: App): void {
  first(app, 'AWS::Lambda::EventSourceMapping').addPropertyOverride('BatchSize', 20_000);
  first(app, 'AWS::ECS::TaskDefinition').addPropertyOverride('Memory', '4096');
  first(app, 'AWS::Lambda::Function', 'dashboard/Dashboard').addPropertyOverride('Runtime', 'nodejs18.x');
  const cluster = first(app, 'AWS::MSK::Cluster');
  const stack = Stack.of(cluster);
  const address = Fn.getAtt(String(stack.resolve(cluster.logicalId)), 'BootstrapBrokerStringSaslIam');
  new CfnOutput(stack, 'Planted', { value: address.toString() });
  (first(app, 'AWS::Logs::LogGroup', 'consumer/Consumer') as CfnLogGroup).retentionInDays = undefined;
  (first(app, 'AWS::ApiGateway::Stage') as CfnStage).accessLogSetting = undefined;
}

const found = findingsOfPlanted({}, plantAll);

test.each<[string, RegExp]>([
  ['a batch of 20,000', /F3034/],
  ['256 CPU units with 4,096 MB', /E3047/],
  ["GetAtt of the brokers' addresses", /F6101/],
  ['a runtime that has ended', /W2531/],
  ['a log group that forgets nothing', /Serverless-CloudWatchLogGroupRetentionPeriod at consumer\/Consumer/],
  ['an API without an access log', /AwsSolutions-APIG1 at dashboard/],
])('%s is found', (_, finding) => {
  expect(found).toMatch(finding);
});

test.each<[string, string]>([
  ['retries, bisecting and log levels without pollers of its own', 'optionsSuitThePollers'],
  ['900 seconds behind a Kafka mapping', 'timeoutFitsTheMapping'],
  ['no kafka-cluster rights', 'mappingsMayRead'],
  ['a cache without security group', 'cachesHaveAGroup'],
  ['brokers in public subnets', 'nothingIsInAPublicSubnet'],
  ['MSK Serverless without IAM', 'serverlessSignsInWithIam'],
  ['9092 opened, and not 9098', 'pollersReachTheBrokers'],
  ['LATEST', 'startsWhereNothingIsLost'],
  ['a consumer in no VPC', 'clientsAreInTheVpc'],
  ['a topic of MSK Serverless', 'topicsAreOfProvisionedClusters'],
  ['secrets in plain text', 'secretsAreNotInEnvironments'],
  ['a custom resource without its action', 'customResourcesMayCall'],
  ['neither NAT nor endpoints of Lambda and STS', 'pollersReachLambda'],
])('%s has a test of its own: %s', (_, rule) => {
  const tests = ['mapping', 'cluster', 'network', 'access'].map((group) =>
    readFileSync(join(__dirname, `policy/${group}-rules.test.ts`), 'utf8'),
  );

  expect(tests.join('\n')).toMatch(new RegExp(`['"]${rule}`));
});
