/** Who has to reach whom: pollers and clients the brokers, clients the cache, on-demand pollers Lambda and STS. */
import { type Cache, cachesOf, usesCacheElsewhere } from './caches';
import { clusterOfClient, isKafkaClient } from './kafka-clients';
import { clustersOf, type Mapping, mappingsOf } from './kafka-clusters';
import { defaultRoute, endpointsOf, obstacleBetween } from './network-paths';
import type { Finding, PolicyRule } from './policy-rule';
import { type Program, programsOf } from './programs';
import type { Node, TemplateGraph } from './template-graph';

const placeAt = 'Properties.VpcConfig';

export const pollersReachTheBrokers: PolicyRule = {
  name: 'pollersReachTheBrokers',
  why: "Event pollers have the cluster's own security groups, which must let themselves in and out (Lambda guide, with-msk-cluster-network).",
  check: ({ graph }) =>
    mappingsOf(graph).flatMap(({ node, cluster }) => {
      if (cluster === undefined) return [];
      const obstacles = cluster.ports.map((port) =>
        obstacleBetween(graph, cluster.groups, cluster.groups, port),
      );
      const [obstacle] = obstacles.includes(undefined) ? [] : obstacles;
      return obstacle === undefined
        ? []
        : [{ node, location: 'Properties.EventSourceArn', sentence: obstacle }];
    }),
};

export const pollersReachLambda: PolicyRule = {
  name: 'pollersReachLambda',
  why: "On-demand pollers call Lambda and STS from the cluster's subnets; without a way there the mapping never polls (Lambda guide, with-msk-cluster-network).",
  check: ({ graph }) =>
    mappingsOf(graph).flatMap((mapping) =>
      mapping.isProvisioned
        ? []
        : ['lambda', 'sts'].flatMap((service) => {
            const sentence = obstacleToService(graph, mapping, service);
            return sentence === undefined
              ? []
              : [{ node: mapping.node, location: 'Properties.EventSourceArn', sentence }];
          }),
    ),
};

function obstacleToService(graph: TemplateGraph, { cluster }: Mapping, service: string): string | undefined {
  const subnets = (cluster?.subnets ?? []).map((subnet) => ({ subnet, node: graph.target(subnet) }));
  const [first] = subnets;
  // Of a VPC that is not made here it is not known what it has.
  if (cluster === undefined || first?.node === undefined) return undefined;
  if (subnets.every(({ subnet }) => defaultRoute(graph, subnet) === 'inside')) return undefined;
  const endpoints = endpointsOf(graph, graph.at(first.node, 'VpcId'), service);
  if (endpoints.length === 0) {
    return `on-demand pollers have no way to ${service}: an interface endpoint with private DNS, NAT, or ProvisionedPollerConfig`;
  }
  const groups = endpoints.flatMap((endpoint) => graph.list(endpoint, 'SecurityGroupIds'));
  return obstacleBetween(graph, cluster.groups, groups, 443);
}

/** Each rule about programs: its finding stands where the program says what it talks to. */
function programRule(
  name: string,
  why: string,
  judge: (program: Program, graph: TemplateGraph, caches: readonly Cache[]) => string | undefined,
): PolicyRule {
  return {
    name,
    why,
    check: (app) => {
      const caches = cachesOf(app.graph);
      return programsOf(app.graph).flatMap((program) => {
        const sentence = judge(program, app.graph, caches);
        if (sentence === undefined) return [];
        return [{ node: program.node, location: placeAt, sentence: `${program.name}: ${sentence}` }];
      });
    },
  };
}

export const clientsAreInTheVpc = programRule(
  'clientsAreInTheVpc',
  'Brokers and caches have no addresses outside their VPC: each call would time out.',
  (program, graph, caches) => {
    const talks =
      isKafkaClient(program) ||
      usesCacheElsewhere(program) ||
      caches.some((cache) => cache.isUsedBy(graph, program));
    if (!talks || program.place !== undefined) return undefined;
    return 'it talks to brokers or a cache and is in no VPC';
  },
);

export const clientsReachTheBrokers = programRule(
  'clientsReachTheBrokers',
  'Brokers listen on 9098 for IAM, 9096 for SCRAM, 9094 for TLS (MSK guide, port-info).',
  (program, graph) => {
    const cluster = isKafkaClient(program) ? clusterOfClient(graph, program) : undefined;
    if (cluster === undefined || program.place === undefined) return undefined;
    const { groups } = program.place;
    const obstacles = cluster.ports.map((port) => obstacleBetween(graph, groups, cluster.groups, port));
    return obstacles.includes(undefined) ? undefined : obstacles[0];
  },
);

export const clientsReachTheCache = programRule(
  'clientsReachTheCache',
  'A serverless cache listens on 6379, and on 6380 for reads from replicas; one on nodes on its own port (ElastiCache guide).',
  (program, graph, caches) => {
    const { place } = program;
    if (place === undefined) return undefined;
    return caches
      .filter((cache) => cache.isUsedBy(graph, program))
      .flatMap((cache) => cache.ports.map((port) => obstacleBetween(graph, place.groups, cache.groups, port)))
      .find((obstacle) => obstacle !== undefined);
  },
);

export const cachesHaveAGroup: PolicyRule = {
  name: 'cachesHaveAGroup',
  why: "Without one ElastiCache takes the VPC's default group, which lets no client in.",
  check: ({ graph }) =>
    cachesOf(graph)
      .filter(({ groups }) => groups.length === 0)
      .map(({ node }) => ({
        node,
        location: 'Properties.SecurityGroupIds',
        sentence: 'the cache has no security group: name one that lets its clients in',
      })),
};

export const nothingIsInAPublicSubnet: PolicyRule = {
  name: 'nothingIsInAPublicSubnet',
  why: 'Brokers, caches and functions have no public address there: nothing is won, and functions reach nothing outside.',
  check: ({ graph }) => {
    const placed: readonly { node: Node; subnets: readonly string[]; location: string }[] = [
      ...clustersOf(graph).map(({ node, subnets }) => ({ node, subnets, location: 'Properties' })),
      ...cachesOf(graph).map(({ node, subnets }) => ({ node, subnets, location: 'Properties.SubnetIds' })),
      ...programsOf(graph).map(({ node, place }) => ({
        node,
        subnets: place?.subnets ?? [],
        location: placeAt,
      })),
    ];
    return placed.flatMap(({ node, subnets, location }): readonly Finding[] => {
      const open = subnets.filter((subnet) => isPublic(graph, subnet));
      const names = open.map((subnet) => graph.target(subnet)?.logicalId ?? subnet).join(', ');
      if (open.length === 0) return [];
      return [
        {
          node,
          location,
          sentence: `${names}: a subnet with a way in from the internet; private ones are allowed`,
        },
      ];
    });
  },
};

function isPublic(graph: TemplateGraph, subnet: string): boolean {
  const node = graph.target(subnet);
  if (node === undefined) return false;
  return graph.at(node, 'MapPublicIpOnLaunch') === 'true' || defaultRoute(graph, subnet) === 'internet';
}

export const NETWORK_RULES: readonly PolicyRule[] = [
  pollersReachTheBrokers,
  pollersReachLambda,
  clientsAreInTheVpc,
  clientsReachTheBrokers,
  clientsReachTheCache,
  cachesHaveAGroup,
  nothingIsInAPublicSubnet,
];
