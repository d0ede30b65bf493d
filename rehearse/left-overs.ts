/** What is there of a deployment, and must be gone after it was destroyed: a row for each kind of thing. The CDK's own stack is none of it. */
import type { Stage } from './stage';

interface Kind {
  readonly name: string;
  /** Names of what is there now. */
  readonly list: (stage: Stage) => Promise<readonly unknown[]>;
  /** Whether one of them is the deployment's. Default: its name holds the deployment's. */
  readonly isOurs?: (name: string) => boolean;
}

const deploymentName = 'clickstream';

function xmlValues(xml: string, tag: string): string[] {
  return [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, value]) => value ?? '');
}

/** Of services that answer XML. */
function listed(service: string, version: string, action: string, tag: string): Kind['list'] {
  return async ({ aws }) => xmlValues(await aws.query(service, version, action), tag);
}

/** Of services that take commands in JSON. `of`: the list in the answer, and what of each one is its name. */
function commanded(
  service: string,
  target: string,
  of: readonly [list: string, name: string | undefined],
  input: object = {},
): Kind['list'] {
  const [list, name] = of;
  return async ({ aws }) => {
    const answer = await aws.command<Record<string, readonly unknown[]>>(service, target, input);
    return namesIn(answer[list] ?? [], name);
  };
}

/** Of services that have paths. */
function found(service: string, path: string, of: readonly [list: string, name: string]): Kind['list'] {
  const [list, name] = of;
  return async ({ aws }) => {
    const answer = await aws.ask(service, 'GET', path);
    const all = JSON.parse(answer.body.toString()) as Record<string, readonly unknown[]>;
    return namesIn(all[list] ?? [], name);
  };
}

function namesIn(all: readonly unknown[], name: string | undefined): readonly unknown[] {
  return name === undefined ? all : all.map((one) => (one as Record<string, unknown>)[name]);
}

const ec2 = (action: string, tag: string): Kind['list'] => listed('ec2', '2016-11-15', action, tag);
const cloudFormation = (action: string, tag: string): Kind['list'] =>
  listed('cloudformation', '2010-05-15', action, tag);
const cloudWatch = (action: string, tag: string): Kind['list'] =>
  listed('monitoring', '2010-08-01', action, tag);
const every = (): boolean => true;

const KINDS: readonly Kind[] = [
  { name: 'stack', list: cloudFormation('DescribeStacks', 'StackName') },
  { name: 'export', list: cloudFormation('ListExports', 'Name') },
  { name: 'role', list: listed('iam', '2010-05-08', 'ListRoles', 'RoleName') },
  { name: 'function', list: found('lambda', '/2015-03-31/functions/', ['Functions', 'FunctionName']) },
  {
    name: 'event source mapping',
    list: found('lambda', '/2015-03-31/event-source-mappings/', ['EventSourceMappings', 'UUID']),
    isOurs: every,
  },
  {
    name: 'log group',
    list: commanded('logs', 'Logs_20140328.DescribeLogGroups', ['logGroups', 'logGroupName']),
  },
  {
    name: 'user pool',
    list: commanded('cognito-idp', 'AWSCognitoIdentityProviderService.ListUserPools', ['UserPools', 'Name'], {
      MaxResults: 60,
    }),
  },
  { name: 'API', list: found('apigateway', '/restapis', ['item', 'name']) },
  {
    name: 'secret',
    list: commanded('secretsmanager', 'secretsmanager.ListSecrets', ['SecretList', 'Name']),
    isOurs: every,
  },
  { name: 'cluster of MSK', list: found('kafka', '/v1/clusters', ['clusterInfoList', 'clusterName']) },
  {
    name: 'cluster of ECS',
    list: commanded('ecs', 'AmazonEC2ContainerServiceV20141113.ListClusters', ['clusterArns', undefined]),
  },
  { name: 'schedule', list: commanded('events', 'AWSEvents.ListRules', ['Rules', 'Name']) },
  { name: 'VPC', list: ec2('DescribeVpcs', 'isDefault'), isOurs: (isDefault) => isDefault === 'false' },
  { name: 'endpoint', list: ec2('DescribeVpcEndpoints', 'vpcEndpointId'), isOurs: every },
  { name: 'alarm', list: cloudWatch('DescribeAlarms', 'AlarmName') },
  { name: 'CloudWatch page', list: cloudWatch('ListDashboards', 'DashboardName') },
  {
    name: 'cache on nodes',
    list: listed('elasticache', '2015-02-02', 'DescribeReplicationGroups', 'ReplicationGroupId'),
  },
  {
    name: 'user of the cache',
    list: async ({ services }) => (await services.redis.call('ACL', 'USERS')) as string[],
  },
];

/** What is there of the deployment's, by kind; kinds of which nothing is there are left out. */
export async function listDeployed(stage: Stage): Promise<ReadonlyMap<string, readonly string[]>> {
  const isNamed = (name: string): boolean => name.includes(deploymentName);
  const deployed = new Map<string, readonly string[]>();
  for (const { name: kind, list, isOurs = isNamed } of KINDS) {
    const names = (await list(stage)).map(String).filter(isOurs);
    if (names.length > 0) deployed.set(kind, names);
  }
  return deployed;
}
