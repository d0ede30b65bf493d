/**
 * Who reaches whom, worked out from the templates of every variant: from the groups that functions, tasks, brokers and caches really
 * have, by both sides' rules. What is listed is open, on every port that anything here listens on, and nothing else is.
 */

import { cachesOf } from '../../lib/policy/caches';
import { clustersOf } from '../../lib/policy/kafka-clusters';
import { programsOf } from '../../lib/policy/programs';
import { type Node, TemplateGraph } from '../../lib/policy/template-graph';
import { ADOPTED, type Templates, validateStacks } from './synthesized';
import { configurationOf, type Variant, variants } from './variants';

/** Kafka's listeners, the cache's two, the collector's, and what must never be open. */
const ports = [22, 80, 443, 2181, 5001, 6379, 6380, 9092, 9094, 9096, 9098, 65_535];

interface Door {
  readonly group: string;
  readonly peer: string;
  readonly from: number;
  readonly to: number;
}

function graphOf(templates: Templates): TemplateGraph {
  return new TemplateGraph(
    Object.entries(templates).map(([name, template]) => ({
      stackName: `clickstream-${name}`,
      templatePath: name,
      template,
    })),
  );
}

function doors(graph: TemplateGraph, type: 'Ingress' | 'Egress', peer: string): readonly Door[] {
  const read = (node: Node): Door => ({
    group: graph.at(node, 'GroupId'),
    peer: graph.at(node, peer),
    from: Number(graph.at(node, 'FromPort')),
    to: Number(graph.at(node, 'ToPort')),
  });
  return graph.ofType(`AWS::EC2::SecurityGroup${type}`).map(read);
}

/** What stands in front of tasks, and AWS's services, by its group. */
function groupOf(graph: TemplateGraph, type: string, path: string): readonly string[] {
  return [...new Set(graph.ofType(type).map((node) => graph.list(node, path).join()))].filter(Boolean);
}

/** Each program and service by the one group that it has. */
function membersOf(graph: TemplateGraph): ReadonlyMap<string, string> {
  const [cluster] = clustersOf(graph);
  const [cache] = cachesOf(graph);
  return new Map([
    ...programsOf(graph).flatMap(({ name, place }): [string, string][] =>
      place === undefined ? [] : [[name.replace('clickstream-', ''), place.groups.join()]],
    ),
    ['brokers', cluster?.groups.join() ?? ADOPTED.stream.securityGroupId],
    ['cache', cache?.groups.join() ?? ADOPTED.store.securityGroupId],
    ...groupOf(graph, 'AWS::ApiGatewayV2::VpcLink', 'SecurityGroupIds').map(
      (group) => ['API Gateway', group] as const,
    ),
    ...groupOf(graph, 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'SecurityGroups').map(
      (group) => ['load balancer', group] as const,
    ),
    ...groupOf(graph, 'AWS::EC2::VPCEndpoint', 'SecurityGroupIds').map((group) => ['AWS', group] as const),
  ]);
}

/** Who is let in from anywhere, by ranges of addresses. */
function openToTheWorld(templates: Templates): readonly string[] {
  const graph = graphOf(templates);
  const names = new Map([...membersOf(graph)].map(([name, group]) => [group, name]));
  return graph.ofType('AWS::EC2::SecurityGroup').flatMap((node) => {
    const rules = (node.properties.SecurityGroupIngress ?? []) as readonly Record<string, unknown>[];
    const name = names.get(`<${node.stack.stackName}.${node.logicalId}.GroupId>`);
    return rules.map(({ CidrIp, FromPort, ToPort }) => `${CidrIp} -> ${name} ${FromPort}-${ToPort}`);
  });
}

function openPaths(templates: Templates): readonly string[] {
  const graph = graphOf(templates);
  const out = doors(graph, 'Egress', 'DestinationSecurityGroupId');
  const into = doors(graph, 'Ingress', 'SourceSecurityGroupId');
  const lets = (rules: readonly Door[], group: string, peer: string, port: number) =>
    rules.some((rule) => rule.group === group && rule.peer === peer && rule.from <= port && port <= rule.to);
  const members = [...membersOf(graph)];
  return members
    .flatMap(([from, source]) =>
      members.flatMap(([to, target]) =>
        ports
          .filter((port) => lets(out, source, target, port) && lets(into, target, source, port))
          .map((port) => `${from} -> ${to} ${port}`),
      ),
    )
    .sort();
}

const fronts = { api: 'API Gateway', cloudfront: 'API Gateway', alb: 'load balancer' } as const;
/** Pollers on demand have the group of the brokers; provisioned ones, as in prod, call nobody but brokers. */
const callsAws = ['producer', 'consumer', 'repair', 'audit', 'dashboard'];

/** Topics of clusters that are serverless or adopted are made by a client. */
function expected({
  stream,
  store,
  origin,
  collector,
}: Omit<Variant, 'collector'> & { readonly collector?: Variant['collector'] }): readonly string[] {
  const toBrokers = ['brokers', 'producer', 'repair', 'audit'];
  const isMadeByClient = stream === 'serverless' || origin === 'adopted';
  const cachePorts = store === 'serverless' ? [6379, 6380] : [6379];
  return [
    ...[...toBrokers, ...(isMadeByClient ? ['topic-admin'] : [])].map((from) => `${from} -> brokers 9098`),
    ...['consumer', 'repair', 'audit', 'dashboard'].flatMap((from) =>
      cachePorts.map((port) => `${from} -> cache ${port}`),
    ),
    ...callsAws.map((from) => `${from} -> AWS 443`),
    ...(collector === undefined ? [] : [`${fronts[collector]} -> producer 5001`]),
  ].sort();
}

test.each(variants)('$stream with $store, $origin, clicks by $collector', (variant) => {
  const { templates } = validateStacks(configurationOf(variant));

  expect(openPaths(templates)).toEqual(expected(variant));
  expect(openToTheWorld(templates)).toEqual(
    variant.collector === 'alb' ? ['0.0.0.0/0 -> load balancer 443-443'] : [],
  );
});

test.each<[string, Parameters<typeof expected>[0], readonly string[]]>([
  ['dev', { stream: 'standard', store: 'serverless', origin: 'created' }, ['brokers -> AWS 443']],
  ['prod', { stream: 'express', store: 'nodes', origin: 'created' }, []],
])('%s', (preset, variant, pollers) => {
  const { templates } = validateStacks({ preset });

  expect(openPaths(templates)).toEqual([...expected(variant), ...pollers].sort());
  expect(openToTheWorld(templates)).toEqual([]);
});

test('what has a port has one group, and nobody shares the group of another', () => {
  const members = membersOf(graphOf(validateStacks({ preset: 'dev' }).templates));
  const groups = [...members.values()];

  expect(new Set(groups).size).toBe(groups.length);
  for (const group of groups) expect(group).not.toContain(',');
});
