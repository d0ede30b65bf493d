/** ElastiCaches of an app, and who uses them: whoever has an endpoint of theirs in the environment. */
import type { Program } from './programs';
import type { Node, TemplateGraph } from './template-graph';

export class Cache {
  constructor(
    readonly node: Node,
    readonly subnets: readonly string[],
    readonly groups: readonly string[],
    readonly ports: readonly number[],
  ) {}

  isUsedBy(graph: TemplateGraph, { environment }: Program): boolean {
    return Object.values(environment).some((value) => graph.mentioned(value).includes(this.node));
  }
}

export function cachesOf(graph: TemplateGraph): readonly Cache[] {
  return [
    ...graph
      .ofType('AWS::ElastiCache::ServerlessCache')
      .map(
        (node) =>
          new Cache(node, graph.list(node, 'SubnetIds'), graph.list(node, 'SecurityGroupIds'), [6379, 6380]),
      ),
    ...graph.ofType('AWS::ElastiCache::ReplicationGroup').map((node) => {
      const subnetGroup = graph.target(graph.at(node, 'CacheSubnetGroupName'));
      return new Cache(
        node,
        subnetGroup === undefined ? [] : graph.list(subnetGroup, 'SubnetIds'),
        graph.list(node, 'SecurityGroupIds'),
        [Number(graph.at(node, 'Port') || 6379)],
      );
    }),
  ];
}

/** A cache that is not in these templates, by the name that ElastiCache gives its addresses. */
export function usesCacheElsewhere({ environment }: Program): boolean {
  return Object.values(environment).some((value) => value.includes('.cache.amazonaws.com'));
}
