/** What security groups and routes let through. A group, subnet or VPC that is not in the templates is given the benefit of the doubt. */
import { isRecord, type Node, type TemplateGraph } from './template-graph';

/** Why a call cannot arrive; undefined where it can. */
export type Obstacle = string | undefined;

interface PortRule {
  readonly from: number;
  readonly to: number;
  /** Security group; undefined: a range of addresses. */
  readonly peer: string | undefined;
}

const DIRECTIONS = {
  in: {
    resource: 'AWS::EC2::SecurityGroupIngress',
    inline: 'SecurityGroupIngress',
    peer: 'SourceSecurityGroupId',
  },
  out: {
    resource: 'AWS::EC2::SecurityGroupEgress',
    inline: 'SecurityGroupEgress',
    peer: 'DestinationSecurityGroupId',
  },
} as const;

function rulesOf(
  graph: TemplateGraph,
  group: string,
  direction: keyof typeof DIRECTIONS,
): readonly PortRule[] {
  const { resource, inline, peer } = DIRECTIONS[direction];
  const node = graph.target(group);
  const own = node?.properties[inline];
  const entries = [
    ...(node && Array.isArray(own) ? own : []).map((rule: unknown) => ({
      stack: (node as Node).stack,
      rule,
    })),
    ...graph
      .ofType(resource)
      .filter((one) => graph.at(one, 'GroupId') === group)
      .map(({ stack, properties }) => ({ stack, rule: properties as unknown })),
  ];
  return entries.flatMap(({ stack, rule }) => {
    if (!isRecord(rule)) return [];
    // CDK's way to say "nobody".
    if (rule.CidrIp === '255.255.255.255/32') return [];
    const partner = rule[peer] === undefined ? undefined : graph.text(stack, rule[peer]);
    const isAll = String(rule.IpProtocol) === '-1';
    return [
      {
        from: isAll ? 0 : Number(rule.FromPort),
        to: isAll ? 65_535 : Number(rule.ToPort),
        peer: partner,
      },
    ];
  });
}

/** Ranges of addresses count as anybody: which addresses peers have is not known yet. */
function admits(rules: readonly PortRule[], peers: readonly string[], port: number): boolean {
  return rules.some(
    ({ from, to, peer }) => from <= port && port <= to && (peer === undefined || peers.includes(peer)),
  );
}

/** Groups that name nobody let out to everybody, as EC2 makes them. */
function letsOut(graph: TemplateGraph, group: string, to: readonly string[], port: number): boolean {
  return namesNobody(graph, group) || admits(rulesOf(graph, group, 'out'), to, port);
}

function namesNobody(graph: TemplateGraph, group: string): boolean {
  const { resource, inline } = DIRECTIONS.out;
  return (
    graph.target(group)?.properties[inline] === undefined &&
    !graph.ofType(resource).some((one) => graph.at(one, 'GroupId') === group)
  );
}

export function obstacleBetween(
  graph: TemplateGraph,
  from: readonly string[],
  to: readonly string[],
  port: number,
): Obstacle {
  if (from.length === 0 || to.length === 0) return undefined;
  if (!from.some((group) => letsOut(graph, group, to, port))) {
    return `no rule lets ${namesOf(graph, from)} out to ${namesOf(graph, to)} on port ${port}`;
  }
  const isOurs = to.every((group) => graph.target(group) !== undefined);
  if (isOurs && !to.some((group) => admits(rulesOf(graph, group, 'in'), from, port))) {
    return `no rule lets ${namesOf(graph, from)} in to ${namesOf(graph, to)} on port ${port}`;
  }
  return undefined;
}

function namesOf(graph: TemplateGraph, groups: readonly string[]): string {
  return groups.map((group) => graph.target(group)?.logicalId ?? group).join(', ');
}

/** Where the default route of a subnet goes to; undefined: nowhere. */
export function defaultRoute(graph: TemplateGraph, subnet: string): 'internet' | 'inside' | undefined {
  const association = graph
    .ofType('AWS::EC2::SubnetRouteTableAssociation')
    .find((one) => graph.at(one, 'SubnetId') === subnet);
  if (association === undefined) return undefined;
  const table = graph.at(association, 'RouteTableId');
  const route = graph
    .ofType('AWS::EC2::Route')
    .find(
      (one) =>
        graph.at(one, 'RouteTableId') === table && graph.at(one, 'DestinationCidrBlock') === '0.0.0.0/0',
    );
  if (route === undefined) return undefined;
  return graph.at(route, 'GatewayId') === '' ? 'inside' : 'internet';
}

/** Interface endpoints of a service, such as `sts`, in a VPC. */
export function endpointsOf(graph: TemplateGraph, vpc: string, service: string): readonly Node[] {
  return graph
    .ofType('AWS::EC2::VPCEndpoint')
    .filter(
      (node) =>
        graph.at(node, 'VpcId') === vpc &&
        graph.at(node, 'VpcEndpointType') === 'Interface' &&
        graph.at(node, 'PrivateDnsEnabled') !== 'false' &&
        graph.at(node, 'ServiceName').endsWith(`.${service}`),
    );
}
