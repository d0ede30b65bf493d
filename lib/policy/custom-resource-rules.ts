/** Custom resources: the function behind one must be allowed what it is there for, or the stack rolls back when it is called. */
import type { CustomResourceCalls, Finding, PolicyRule } from './policy-rule';
import { functionNamed, functionOf } from './programs';
import { isRecord, type Node, type TemplateGraph } from './template-graph';

/** Services whose IAM prefix is not the name that the SDK gives them. */
const PREFIXES: Readonly<Record<string, string>> = {
  cloudwatchlogs: 'logs',
  'cloudwatch-logs': 'logs',
  cloudwatchevents: 'events',
  eventbridge: 'events',
  sfn: 'states',
  stepfunctions: 'states',
  elasticloadbalancingv2: 'elasticloadbalancing',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  cognitoidentityserviceprovider: 'cognito-idp',
  'cognito-identity-provider': 'cognito-idp',
  msk: 'kafka',
};

/** `{"service":"Kafka","action":"getBootstrapBrokers"}` -> `kafka:GetBootstrapBrokers`. */
function actionOfCall(text: string): string | undefined {
  const [, service] = /"service":"(?:@aws-sdk\/client-)?([^"]+)"/.exec(text) ?? [];
  const [, action] = /"action":"([^"]+)"/.exec(text) ?? [];
  if (service === undefined || action === undefined) return undefined;
  const prefix = PREFIXES[service.toLowerCase()] ?? service.toLowerCase();
  const name = action.replace(/Command$/, '');
  return `${prefix}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Of CDK's AwsCustomResource; what it says of itself. */
function callsItNames(graph: TemplateGraph, node: Node): readonly string[] {
  return ['Create', 'Update', 'Delete'].flatMap((event) => {
    const action = actionOfCall(graph.at(node, event));
    return action === undefined ? [] : [action];
  });
}

/** Behind CDK's provider framework, the function that it calls. */
function worker(graph: TemplateGraph, node: Node): Node | undefined {
  const first = functionNamed(graph, graph.at(node, 'ServiceToken'));
  const next = first && graph.at(first, 'Environment.Variables.USER_ON_EVENT_FUNCTION_ARN');
  return next ? functionNamed(graph, next) : first;
}

function lackedBy(
  graph: TemplateGraph,
  node: Node,
  declared: readonly CustomResourceCalls[],
): readonly Finding[] {
  const handler = worker(graph, node);
  if (handler === undefined) return [];
  const { rights, name } = functionOf(graph, handler);
  const of = declared.filter(({ type }) => type === node.type);
  const lacked = [
    ...rights.lacks(callsItNames(graph, node)),
    ...of.flatMap(({ actions, resourceProperty }) =>
      rights.lacks(actions, resourceProperty === undefined ? undefined : graph.at(node, resourceProperty)),
    ),
  ];
  return [...new Set(lacked)].map((action) => ({
    node,
    location: 'Properties.ServiceToken',
    sentence: `the role of ${name}, which makes ${node.logicalId}, lacks ${action}`,
  }));
}

export const customResourcesMayCall: PolicyRule = {
  name: 'customResourcesMayCall',
  why: 'A call that is refused fails the deploy and rolls the stack back.',
  check: ({ graph, options }) =>
    graph.nodes
      .filter(({ type }) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource')
      .flatMap((node) => lackedBy(graph, node, options.customResources ?? [])),
};

export const providersMayCallTheirHandlers: PolicyRule = {
  name: 'providersMayCallTheirHandlers',
  why: 'The framework function calls the one that does the work; refused, the custom resource hangs until its time-out.',
  check: ({ graph }) =>
    graph.ofType('AWS::Lambda::Function').flatMap((node) => {
      const variables = graph.raw(node, 'Environment.Variables');
      const called = isRecord(variables) ? variables.USER_ON_EVENT_FUNCTION_ARN : undefined;
      if (called === undefined) return [];
      const { rights, name } = functionOf(graph, node);
      return rights.lacks(['lambda:InvokeFunction'], graph.text(node.stack, called)).map((action) => ({
        node,
        location: 'Properties.Role',
        sentence: `the role of ${name} lacks ${action} for the function that it calls`,
      }));
    }),
};

export const customResourceRules: readonly PolicyRule[] = [
  customResourcesMayCall,
  providersMayCallTheirHandlers,
];
