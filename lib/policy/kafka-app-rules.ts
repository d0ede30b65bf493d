/**
 * `Validations.of(app).addPlugins(new KafkaAppRules())`: judges the synthesized templates of all stacks of an app with MSK, Lambda and
 * ElastiCache. Knows nothing of this project: docs/policy-rules.md says how any app takes it.
 */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  CfnResource,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ACCESS_RULES } from './access-rules';
import { CLUSTER_RULES } from './cluster-rules';
import { MAPPING_RULES } from './mapping-rules';
import { NETWORK_RULES } from './network-rules';
import type { Finding, PolicyOptions, PolicyRule } from './policy-rule';
import { type RawTemplate, type StackTemplate, TemplateGraph } from './template-graph';

export const POLICY_RULES: readonly PolicyRule[] = [
  ...MAPPING_RULES,
  ...CLUSTER_RULES,
  ...NETWORK_RULES,
  ...ACCESS_RULES,
];

export interface Violation extends Finding {
  readonly rule: PolicyRule;
}

/** All findings in templates, however they were made. */
export function judgeTemplates(
  stacks: readonly StackTemplate[],
  options: PolicyOptions = {},
): readonly Violation[] {
  const graph = new TemplateGraph(stacks);
  return POLICY_RULES.flatMap((rule) =>
    rule.check({ graph, options }).map((finding) => ({ ...finding, rule })),
  );
}

export class KafkaAppRules implements IPolicyValidationPlugin {
  readonly name = 'KafkaAppRules';
  readonly ruleIds = POLICY_RULES.map(({ name }) => name);

  constructor(private readonly options: PolicyOptions = {}) {}

  validate({ stackTemplates, appConstruct }: IPolicyValidationContext): PolicyValidationPluginReport {
    const stacks = stackTemplates.map(({ templatePath, stackConstructPath }) => ({
      stackName: stackNameOf(appConstruct, stackConstructPath) ?? basename(templatePath),
      templatePath,
      template: JSON.parse(readFileSync(templatePath, 'utf8')) as RawTemplate,
    }));
    const acknowledged = acknowledgements(appConstruct);
    const violations = judgeTemplates(stacks, this.options).filter(
      ({ rule, node }) => !acknowledged.has(key(node.stack.stackName, node.logicalId, rule.name)),
    );
    return {
      success: violations.length === 0,
      violations: violations.map(({ rule, node, location, sentence }) => ({
        ruleName: rule.name,
        description: sentence,
        fix: rule.why,
        severity: 'error',
        violatingResources: [
          {
            resourceLogicalId: node.logicalId,
            templatePath: node.stack.templatePath,
            locations: [location],
          },
        ],
      })),
    };
  }
}

function stackNameOf(root: IConstruct, path: string): string | undefined {
  const construct = root.node.findAll().find(({ node }) => node.path === path);
  return construct !== undefined && Stack.isStack(construct) ? construct.stackName : undefined;
}

function key(stackName: string, logicalId: string, rule: string): string {
  return `${stackName} ${logicalId} ${rule}`;
}

/** `Validations.of(construct).acknowledge({ id: rule, reason })`, on the resource or on anything that it is in. */
function acknowledgements(root: IConstruct): ReadonlySet<string> {
  const found = new Set<string>();
  for (const construct of root.node.findAll()) {
    if (!CfnResource.isCfnResource(construct)) continue;
    const stack = Stack.of(construct);
    for (const scope of construct.node.scopes) {
      for (const { type, data } of scope.node.metadata) {
        if (type !== Validations.ACKNOWLEDGED_RULES_METADATA_KEY) continue;
        for (const id of Object.keys(data as object)) {
          found.add(
            key(stack.stackName, String(stack.resolve(construct.logicalId)), id.replace(/^.*::/, '')),
          );
        }
      }
    }
  }
  return found;
}
