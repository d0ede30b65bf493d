/**
 * The synthesized templates of all stacks as one graph. A value is judged as the text that it will be: what CloudFormation knows only
 * when it deploys stays a placeholder. `<stack.LogicalId.Attribute>` is a resource of these templates; `${...}` is known to nobody here.
 */

export interface StackTemplate {
  /** As CloudFormation calls the stack. */
  readonly stackName: string;
  readonly templatePath: string;
  readonly template: RawTemplate;
}

export interface RawTemplate {
  readonly Resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown }>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

/** One resource of one stack. */
export interface Node {
  readonly stack: StackTemplate;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

type Call = readonly [name: string, argument: unknown];

const UNKNOWN = `\${unknown}`;
const clusterTypes = ['AWS::MSK::Cluster', 'AWS::MSK::ServerlessCluster'];
const isClusterArn = /:cluster\/[^/]*\/(<[^<>]+>)$/;

export class TemplateGraph {
  readonly nodes: readonly Node[];
  private readonly byPlace = new Map<string, Node>();
  private readonly byType = new Map<string, Node[]>();
  private readonly exported = new Map<string, { readonly stack: StackTemplate; readonly value: unknown }>();

  constructor(readonly stacks: readonly StackTemplate[]) {
    for (const stack of stacks) {
      for (const [logicalId, { Type, Properties }] of Object.entries(stack.template.Resources ?? {})) {
        const properties = isRecord(Properties) ? Properties : {};
        this.byPlace.set(placeOf(stack, logicalId), { stack, logicalId, type: Type, properties });
      }
    }
    this.nodes = [...this.byPlace.values()];
    for (const node of this.nodes) this.byType.set(node.type, [...(this.byType.get(node.type) ?? []), node]);
    for (const stack of stacks) {
      for (const [id, output] of Object.entries(stack.template.Outputs ?? {})) {
        const entry = { stack, value: output.Value };
        this.exported.set(placeOf(stack, id), entry);
        if (output.Export) this.exported.set(this.text(stack, output.Export.Name), entry);
      }
    }
  }

  ofType(...types: readonly string[]): readonly Node[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** Resource that a text is the name, ARN or an attribute of; undefined where it is none of these templates'. */
  target(text: string): Node | undefined {
    const placeholder = isClusterArn.exec(text)?.[1] ?? text;
    const [, place] = /^<([^<>.]+\.[^<>.]+)[^<>]*>$/.exec(placeholder) ?? [];
    return place === undefined ? undefined : this.byPlace.get(place);
  }

  /** All resources that a text mentions. */
  mentioned(text: string): readonly Node[] {
    return Array.from(text.matchAll(/<[^<>]+>/g), ([one]) => this.target(one)).filter(
      (node) => node !== undefined,
    );
  }

  /** Property at a path such as `VpcConfig.SubnetIds`, as the template has it. */
  raw(node: Node, path: string): unknown {
    let value: unknown = node.properties;
    for (const key of path.split('.')) value = isRecord(value) ? value[key] : undefined;
    return value;
  }

  /** The same as text; empty where it is not there. */
  at(node: Node, path: string): string {
    const value = this.raw(node, path);
    return value === undefined ? '' : this.text(node.stack, value);
  }

  /** Elements of a list, or the only one of what is no list, as texts. */
  list(node: Node, path: string): readonly string[] {
    return this.elements(node.stack, this.raw(node, path));
  }

  elements(stack: StackTemplate, value: unknown): readonly string[] {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value.map((one) => this.text(stack, one));
    const call = callOf(value);
    if (call?.[0] === 'Fn::Split' && Array.isArray(call[1])) {
      return this.text(stack, call[1][1]).split(String(call[1][0]));
    }
    return [this.text(stack, value)];
  }

  text(stack: StackTemplate, value: unknown): string {
    if (typeof value !== 'object' || value === null) return String(value);
    const call = callOf(value);
    if (call === undefined) return JSON.stringify(value);
    const [name, argument] = call;
    if (name === 'Ref') return this.reference(stack, String(argument));
    if (name === 'Fn::GetAtt') {
      const [id = '', ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
      return this.reference(stack, String(id), attribute.join('.'));
    }
    if (name === 'Fn::ImportValue') return this.output(this.text(stack, argument));
    if (name === 'Fn::GetStackOutput' && isRecord(argument)) {
      return this.output(`${this.text(stack, argument.StackName)}.${String(argument.OutputName)}`);
    }
    if (name === 'Fn::Sub') return this.substitute(stack, argument);
    if (!Array.isArray(argument)) return UNKNOWN;
    if (name === 'Fn::Join') return this.elements(stack, argument[1]).join(String(argument[0]));
    return name === 'Fn::Select' ? this.select(stack, Number(argument[0]), argument[1]) : UNKNOWN;
  }

  private select(stack: StackTemplate, index: number, list: unknown): string {
    // Zones are told apart by their position: their names are the account's.
    if (callOf(list)?.[0] === 'Fn::GetAZs') return `\${zone ${index}}`;
    return this.elements(stack, list)[index] ?? UNKNOWN;
  }

  private output(key: string): string {
    const entry = this.exported.get(key);
    return entry === undefined ? UNKNOWN : this.text(entry.stack, entry.value);
  }

  private substitute(stack: StackTemplate, argument: unknown): string {
    const [pattern, values] = Array.isArray(argument) ? argument : [argument, {}];
    return String(pattern).replaceAll(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      if (isRecord(values) && name in values) return this.text(stack, values[name]);
      const [id = '', ...attribute] = name.split('.');
      return this.reference(stack, id, attribute.join('.'));
    });
  }

  private reference(stack: StackTemplate, id: string, attribute = ''): string {
    const node = this.byPlace.get(placeOf(stack, id));
    if (node === undefined) {
      const parameter = stack.template.Parameters?.[id]?.Default;
      return parameter === undefined ? `\${${id}}` : String(parameter);
    }
    if (clusterTypes.includes(node.type) && (attribute === '' || attribute === 'Arn')) {
      const name = this.at(node, 'ClusterName');
      return `arn:\${partition}:kafka:\${region}:\${account}:cluster/${name}/<${placeOf(stack, id)}>`;
    }
    return `<${placeOf(stack, id)}${attribute === '' ? '' : `.${attribute}`}>`;
  }
}

function placeOf(stack: StackTemplate, id: string): string {
  return `${stack.stackName}.${id}`;
}

function callOf(value: unknown): Call | undefined {
  if (!isRecord(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  return entry[0] === 'Ref' || entry[0].startsWith('Fn::') ? entry : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
