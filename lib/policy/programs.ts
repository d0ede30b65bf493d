/** Functions and tasks of an app, with what rules ask of them: role, environment, and where they are in the network. */
import { Rights } from './iam-rights';
import { isRecord, type Node, type TemplateGraph } from './template-graph';

export interface Place {
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
}

export interface Program {
  readonly node: Node;
  /** FunctionName or Family; else the logical ID. */
  readonly name: string;
  readonly rights: Rights;
  readonly environment: Readonly<Record<string, string>>;
  /** Where findings about the environment point to. */
  readonly environmentAt: string;
  /** Undefined: outside any VPC of one's own. */
  readonly place: Place | undefined;
}

/** Nearly every rule asks for them, and what a role may do takes all policies to work out. */
const known = new WeakMap<TemplateGraph, readonly Program[]>();

export function programsOf(graph: TemplateGraph): readonly Program[] {
  const programs = known.get(graph) ?? [
    ...graph.ofType('AWS::Lambda::Function').map((node) => readFunction(graph, node)),
    ...graph.ofType('AWS::ECS::TaskDefinition').map((node) => readTask(graph, node)),
  ];
  known.set(graph, programs);
  return programs;
}

/** `node`: a function of these templates. */
export function functionOf(graph: TemplateGraph, node: Node): Program {
  return programsOf(graph).find((program) => program.node === node) as Program;
}

function readFunction(graph: TemplateGraph, node: Node): Program {
  const subnets = graph.list(node, 'VpcConfig.SubnetIds');
  const variables = graph.raw(node, 'Environment.Variables');
  return {
    node,
    name: graph.at(node, 'FunctionName') || node.logicalId,
    rights: Rights.ofRole(graph, graph.at(node, 'Role')),
    environment: Object.fromEntries(
      Object.entries(isRecord(variables) ? variables : {}).map(([name, value]) => [
        name,
        graph.text(node.stack, value),
      ]),
    ),
    environmentAt: 'Properties.Environment.Variables',
    place:
      subnets.length === 0 ? undefined : { subnets, groups: graph.list(node, 'VpcConfig.SecurityGroupIds') },
  };
}

function readTask(graph: TemplateGraph, node: Node): Program {
  const containers = node.properties.ContainerDefinitions;
  const variables = (Array.isArray(containers) ? containers : []).flatMap((container) =>
    isRecord(container) && Array.isArray(container.Environment) ? container.Environment.filter(isRecord) : [],
  );
  const service = graph
    .ofType('AWS::ECS::Service')
    .find((candidate) => graph.target(graph.at(candidate, 'TaskDefinition')) === node);
  const network = 'NetworkConfiguration.AwsvpcConfiguration';
  return {
    node,
    name: graph.at(node, 'Family') || node.logicalId,
    rights: Rights.ofRole(graph, graph.at(node, 'TaskRoleArn')),
    environment: Object.fromEntries(
      variables.map(({ Name, Value }) => [String(Name), graph.text(node.stack, Value)]),
    ),
    environmentAt: 'Properties.ContainerDefinitions',
    place: service && {
      subnets: graph.list(service, `${network}.Subnets`),
      groups: graph.list(service, `${network}.SecurityGroups`),
    },
  };
}

/** The function that a name or an ARN, perhaps of a version or an alias, is of. */
export function functionNamed(graph: TemplateGraph, text: string): Node | undefined {
  const node = graph.mentioned(text)[0];
  if (node?.type === 'AWS::Lambda::Alias' || node?.type === 'AWS::Lambda::Version') {
    return functionNamed(graph, graph.at(node, 'FunctionName'));
  }
  if (node !== undefined) return node.type === 'AWS::Lambda::Function' ? node : undefined;
  return graph
    .ofType('AWS::Lambda::Function')
    .find((one) => text !== '' && graph.at(one, 'FunctionName') === text);
}
