/**
 * Who reaches whom, worked out from the templates of every variant: from the groups that functions, tasks, brokers and caches really
 * have, by both sides' rules. What is listed is open, on every port that anything here listens on, and nothing else is.
 */

import { cachesOf } from '../../lib/policy/caches';
import { clustersOf } from '../../lib/policy/kafka-clusters';
import { programsOf } from '../../lib/policy/programs';
import { type Node, TemplateGraph } from '../../lib/policy/template-graph';
import { ADOPTED, type Templates, validateStacks } from './synthesized';

/** Kafka's listeners, the cache's two, and what must never be open. */
const ports = [22, 80, 443, 2181, 6379, 6380, 9092, 9094, 9096, 9098, 65_535];
const variants = ['standard', 'express', 'serverless'].flatMap((stream) =>
  ['serverless', 'nodes'].flatMap((store) =>
    ['created', 'adopted'].map((origin) => ({ stream, store, origin })),
  ),
);

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
  ]);
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

/** Topics of clusters that are serverless or adopted are made by a client. */
function expected({ stream, store, origin }: (typeof variants)[number]): readonly string[] {
  const toBrokers = ['brokers', 'producer', 'repair', 'audit'];
  const isMadeByClient = stream === 'serverless' || origin === 'adopted';
  const cachePorts = store === 'serverless' ? [6379, 6380] : [6379];
  return [
    ...[...toBrokers, ...(isMadeByClient ? ['topic-admin'] : [])].map((from) => `${from} -> brokers 9098`),
    ...['consumer', 'repair', 'audit', 'dashboard'].flatMap((from) =>
      cachePorts.map((port) => `${from} -> cache ${port}`),
    ),
  ].sort();
}

test.each(variants)('$stream with $store, $origin', (variant) => {
  const { stream, store, origin } = variant;
  const isAdopted = origin === 'adopted';
  const { templates } = validateStacks({
    preset: 'prod',
    network: isAdopted ? ADOPTED.network : {},
    stream: { type: stream, ...(isAdopted ? ADOPTED.stream : {}) },
    store: { type: store, ...(isAdopted ? ADOPTED.store : {}) },
  });

  expect(openPaths(templates)).toEqual(expected(variant));
});

test.each([
  ['dev', { stream: 'standard', store: 'serverless', origin: 'created' }],
  ['prod', { stream: 'express', store: 'nodes', origin: 'created' }],
])('%s', (preset, variant) => {
  expect(openPaths(validateStacks({ preset }).templates)).toEqual(expected(variant));
});

test('what has a port has one group, and nobody shares the group of another', () => {
  const members = membersOf(graphOf(validateStacks({ preset: 'dev' }).templates));
  const groups = [...members.values()];

  expect(new Set(groups).size).toBe(groups.length);
  for (const group of groups) expect(group).not.toContain(',');
});
