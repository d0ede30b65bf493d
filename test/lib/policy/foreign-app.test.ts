/** Somebody else's app, which names and builds things in its own way: one stack, the managed event source, topics by a literal ARN. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aws, Stack, Validations } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { ManagedKafkaEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnServerlessCluster } from 'aws-cdk-lib/aws-msk';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { KafkaAppRules } from '../../../lib/policy/kafka-app-rules';

interface Mistakes {
  readonly startingPosition?: StartingPosition;
  readonly grantsReading?: boolean;
  readonly grantsLookUp?: boolean;
  readonly natGateways?: number;
  readonly acknowledges?: string;
}

const brokerPort = 9098;

class OrdersStack extends Stack {
  constructor(app: App, mistakes: Mistakes) {
    super(app, 'Orders');
    const vpc = new Vpc(this, 'Net', { maxAzs: 2, natGateways: mistakes.natGateways ?? 1 }) as IVpc;
    const group = new SecurityGroup(this, 'BrokerGroup', { vpc });
    group.addIngressRule(Peer.ipv4(vpc.vpcCidrBlock), Port.tcp(brokerPort));
    const cluster = new CfnServerlessCluster(this, 'Brokers', {
      clusterName: 'orders',
      clientAuthentication: { sasl: { iam: { enabled: true } } },
      vpcConfigs: [
        {
          subnetIds: vpc.selectSubnets(
            mistakes.natGateways === 0 ? { subnetType: SubnetType.PRIVATE_ISOLATED } : {},
          ).subnetIds,
          securityGroups: [group.securityGroupId],
        },
      ],
    });
    const ship = new LambdaFunction(this, 'Ship', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
    });
    if (mistakes.grantsReading ?? true) this.grantReading(ship);
    ship.addEventSource(
      new ManagedKafkaEventSource({
        clusterArn: cluster.attrArn,
        topic: 'orders',
        startingPosition: mistakes.startingPosition ?? StartingPosition.TRIM_HORIZON,
      }),
    );
    this.lookUpBrokers(cluster, mistakes.grantsLookUp ?? true);
    if (mistakes.acknowledges)
      Validations.of(this).acknowledge({ id: mistakes.acknowledges, reason: 'a live view' });
  }

  private grantReading(ship: LambdaFunction): void {
    ship.addToRolePolicy(
      new PolicyStatement({
        actions: ['kafka-cluster:*'],
        resources: ['cluster', 'topic', 'group'].map(
          (kind) => `arn:${Aws.PARTITION}:kafka:${Aws.REGION}:${Aws.ACCOUNT_ID}:${kind}/orders/*`,
        ),
      }),
    );
    // The managed event source grants the look-up of provisioned clusters only.
    ship.addToRolePolicy(new PolicyStatement({ actions: ['kafka:DescribeClusterV2'], resources: ['*'] }));
  }

  private lookUpBrokers(cluster: CfnServerlessCluster, isGranted: boolean): void {
    new AwsCustomResource(this, 'Addresses', {
      installLatestAwsSdk: false,
      onUpdate: {
        service: 'Kafka',
        action: 'getBootstrapBrokers',
        parameters: { ClusterArn: cluster.attrArn },
        physicalResourceId: PhysicalResourceId.of('addresses'),
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({
          actions: [isGranted ? 'kafka:GetBootstrapBrokers' : 'kafka:DescribeCluster'],
          resources: [cluster.attrArn],
        }),
      ]),
    });
  }
}

/** Rules that end the synthesis; empty where it succeeds. */
function refusedBy(mistakes: Mistakes): readonly string[] {
  process.env.CDK_VALIDATION = 'false';
  const outdir = mkdtempSync(join(tmpdir(), 'foreign-app-'));
  try {
    const app = new App({ outdir });
    Validations.of(app).addPlugins(new KafkaAppRules());
    new OrdersStack(app, mistakes);
    app.synth();
    return [];
  } catch (error) {
    const { message } = error as Error;
    return new KafkaAppRules().ruleIds.filter((rule) => message.includes(rule));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

test('the app as it should be passes', () => {
  expect(refusedBy({})).toEqual([]);
});

test.each<[string, Mistakes]>([
  ['startsWhereNothingIsLost', { startingPosition: StartingPosition.LATEST }],
  ['pollersReachLambda', { natGateways: 0 }],
  ['customResourcesMayCall', { grantsLookUp: false }],
])('%s ends its synthesis', (rule, mistakes) => {
  expect(refusedBy(mistakes)).toEqual([rule]);
});

test('what CDK grants for a managed event source is not enough', () => {
  expect(refusedBy({ grantsReading: false })).toContain('mappingsMayRead');
});

test('a rule that is acknowledged with a reason is silent', () => {
  const id = 'startsWhereNothingIsLost';

  expect(refusedBy({ startingPosition: StartingPosition.LATEST, acknowledges: id })).toEqual([]);
});
