/** Templates of a whole preset with one thing changed, as a person would who edits a construct. */
import { appPolicy } from '../../../lib/app-policy';
import { judgeTemplates } from '../../../lib/policy/kafka-app-rules';
import { readConfiguration } from '../../../lib/read-configuration';
import { type Resource, type StackName, synthesizeStacks, type Templates } from '../synthesized';

type Editable = { Type: string; Properties: Record<string, unknown> };
/** `undefined` as a value takes the property away. */
export type Change = (templates: Templates) => void;

const presets = {
  dev: {},
  prod: { preset: 'prod' },
  serverless: { stream: { type: 'serverless' } },
  failuresToS3: { preset: 'prod', consumer: { onFailure: 's3' } },
  nat: { network: { natGateways: 1 } },
} as const;
export type Base = keyof typeof presets;

const made = new Map<Base, Templates>();

function templatesOf(base: Base): Templates {
  const templates = made.get(base) ?? synthesizeStacks(presets[base]).templates;
  made.set(base, templates);
  return structuredClone(templates);
}

/** Names of rules that find something, each once, and what they say. */
export function judge(base: Base, change: Change = () => undefined) {
  const templates = templatesOf(base);
  change(templates);
  const stacks = Object.entries(templates).map(([name, template]) => ({
    stackName: `clickstream-${name}`,
    templatePath: `${name}.template.json`,
    template,
  }));
  const found = judgeTemplates(stacks, appPolicy(readConfiguration({ clickstream: presets[base] })));
  return {
    rules: [...new Set(found.map(({ rule }) => rule.name))],
    sentences: found.map(({ sentence }) => sentence),
  };
}

/** The one resource of a type in a stack whose logical ID begins so. */
export function resource(templates: Templates, stack: StackName, type: string, start = ''): Editable {
  const found = Object.entries(templates[stack].Resources).filter(
    ([id, { Type }]) => Type === type && id.startsWith(start),
  );
  const [only, ...others] = found.map(([, one]) => one as unknown as Editable);
  if (only === undefined || others.length > 0)
    throw new Error(`${found.length} ${type} ${start} in ${stack}`);
  return only;
}

export function set(stack: StackName, type: string, start: string, path: string, value: unknown): Change {
  return (templates) => {
    const keys = path.split('.');
    let holder = resource(templates, stack, type, start).Properties as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) {
      holder[key] ??= {};
      holder = holder[key] as Record<string, unknown>;
    }
    const last = keys.at(-1) as string;
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  };
}

/** Takes one action from whatever policies of a stack whose logical ID begins so. */
export function withoutAction(stack: StackName, start: string, action: string): Change {
  return (templates) => {
    let taken = 0;
    for (const [id, policy] of Object.entries(templates[stack].Resources)) {
      if (policy.Type !== 'AWS::IAM::Policy' || !id.startsWith(start)) continue;
      for (const statement of statementsOf(policy)) {
        const actions = [statement.Action].flat();
        if (!actions.includes(action)) continue;
        taken += 1;
        statement.Action = actions.filter((one) => one !== action);
      }
    }
    if (taken === 0) throw new Error(`no policy ${start} of ${stack} has ${action}`);
  };
}

export function statementsOf(policy: Resource): { Action: string | string[]; Resource: unknown }[] {
  const document = policy.Properties.PolicyDocument as {
    Statement: { Action: string | string[]; Resource: unknown }[];
  };
  return document.Statement;
}

/** Takes away all resources of a type for which `matches` holds. */
export function without(stack: StackName, type: string, matches: (text: string) => boolean): Change {
  return (templates) => {
    const resources = templates[stack].Resources as Record<string, Resource>;
    const gone = Object.entries(resources).filter(
      ([id, one]) => one.Type === type && matches(`${id} ${JSON.stringify(one.Properties)}`),
    );
    if (gone.length === 0) throw new Error(`no such ${type} in ${stack}`);
    for (const [id] of gone) delete resources[id];
  };
}
