/** What a role may do, by all policies of these templates. A role or policy that is not in them is given the benefit of the doubt. */
import { isRecord, type Node, type TemplateGraph } from './template-graph';

interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export const NETWORK_INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
];

/** Of AWS' own policies those that say something about Kafka mappings (AWS managed policy reference). */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ['*'],
  PowerUserAccess: ['*'],
  AWSLambdaMSKExecutionRole: [
    ...NETWORK_INTERFACE_ACTIONS,
    'kafka:DescribeCluster',
    'kafka:DescribeClusterV2',
    'kafka:GetBootstrapBrokers',
  ],
  AmazonMSKReadOnlyAccess: ['kafka:Describe*', 'kafka:Get*', 'kafka:List*'],
  AmazonMSKFullAccess: ['kafka:*', 'ec2:Describe*'],
};

export class Rights {
  private constructor(
    private readonly statements: readonly Statement[],
    /** Something that is not in the templates may grant more. */
    readonly isOpen: boolean,
  ) {}

  /** `role`: its name or ARN, as text. */
  static ofRole(graph: TemplateGraph, role: string): Rights {
    const node = graph.target(role);
    if (node === undefined) return new Rights([], true);
    const managed = graph.list(node, 'ManagedPolicyArns');
    const attached = graph
      .ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy')
      .filter(
        (policy) => attachesTo(graph, policy, node) || managed.some((arn) => graph.target(arn) === policy),
      );
    const inline = graph.raw(node, 'Policies');
    const documents = [
      ...attached.map((policy) => ({ owner: policy, document: policy.properties.PolicyDocument })),
      ...(Array.isArray(inline) ? inline : []).map((policy) => ({
        owner: node,
        document: isRecord(policy) ? policy.PolicyDocument : undefined,
      })),
    ];
    const known = managed.map((arn) => MANAGED[arn.split('/').pop() ?? '']);
    return new Rights(
      [
        ...documents.flatMap(({ owner, document }) => statementsOf(graph, owner, document)),
        ...known.map((actions = []) => ({ effect: 'Allow', actions, resources: ['*'] })),
      ],
      managed.some((arn) => !arn.includes(':iam::aws:policy/') && graph.target(arn) === undefined),
    );
  }

  /** `resource` undefined: on whatever. */
  allows(action: string, resource?: string): boolean {
    const named = this.statements.filter(
      ({ actions, resources }) =>
        actions.some((pattern) => glob(pattern.toLowerCase()).test(action.toLowerCase())) &&
        (resource === undefined || resources.some((pattern) => covers(pattern, resource))),
    );
    if (named.some(({ effect }) => effect === 'Deny')) return false;
    return this.isOpen || named.length > 0;
  }

  /** Which of these it lacks. */
  lacks(actions: readonly string[], resource?: string): readonly string[] {
    return actions.filter((action) => !this.allows(action, resource));
  }

  /** Whether any statement names an action that starts so. */
  mentions(prefix: string): boolean {
    return this.statements.some(({ actions }) => actions.some((action) => action.startsWith(prefix)));
  }

  /** Resources of statements that allow an action. */
  resourcesFor(action: string): readonly string[] {
    return this.statements
      .filter(({ effect, actions }) => effect === 'Allow' && actions.some((one) => glob(one).test(action)))
      .flatMap(({ resources }) => resources);
  }
}

function attachesTo(graph: TemplateGraph, policy: Node, role: Node): boolean {
  const roles = [...graph.list(policy, 'Roles'), graph.at(policy, 'RoleName')];
  return roles.some((name) => graph.target(name) === role);
}

function statementsOf(graph: TemplateGraph, owner: Node, document: unknown): readonly Statement[] {
  const statements = isRecord(document) ? document.Statement : undefined;
  return (Array.isArray(statements) ? statements : [statements]).filter(isRecord).map((statement) => ({
    // A denial under a condition may not hold; it is not judged.
    effect:
      statement.Effect === 'Deny' && statement.Condition !== undefined ? 'Maybe' : String(statement.Effect),
    actions:
      statement.Effect === 'Deny' && statement.Condition ? [] : graph.elements(owner.stack, statement.Action),
    resources: graph.elements(owner.stack, statement.Resource),
  }));
}

/** `*`, `?`, and what is not known yet, stand for anything. */
function glob(pattern: string): RegExp {
  const source = pattern
    .split(/(\$\{[^}]*\}|[*?])/)
    .map((part) => {
      if (part === '?') return '.';
      return part === '*' || part.startsWith('$' + '{') ? '.*' : part.replaceAll(/[.+^$()|[\]\\{}]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}

/** Partition, region and account are compared where both sides know them. */
function covers(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const [left, right] = [partsOf(pattern), partsOf(arn)];
  if (left === undefined || right === undefined) return glob(pattern).test(arn) || glob(arn).test(pattern);
  return left.every((part, i) => {
    const other = right[i] as string;
    return glob(part).test(other) || (other.includes('$' + '{') && glob(other).test(part));
  });
}

function partsOf(arn: string): readonly string[] | undefined {
  const parts = arn.split(/:(?![^{]*\})/);
  return parts[0] === 'arn' && parts.length >= 6
    ? [...parts.slice(0, 5), parts.slice(5).join(':')]
    : undefined;
}
