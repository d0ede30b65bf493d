/** AWS WAF before the dashboard: known bad addresses and requests, and no address may use up what all viewers share. */
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Configuration } from '../config';

export interface DashboardFirewallProps {
  readonly configuration: Configuration;
  readonly stageArn: string;
}

/** WAF counts over five minutes, and takes no limit below 10. */
const countedSeconds = 300;
const requestsMin = 10;

const managedGroups = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
] as const;

export class DashboardFirewall extends Construct {
  constructor(scope: Construct, id: string, { configuration, stageArn }: DashboardFirewallProps) {
    super(scope, id);
    const { deployment, dashboard } = configuration;
    const visible = (metricName: string) => ({
      metricName,
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: false,
    });
    const managed = managedGroups.map((name, index) => ({
      name,
      priority: index + 1,
      statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
      overrideAction: { none: {} },
      visibilityConfig: visible(name),
    }));
    // Half of the rate that all share: an office behind one address fits, a flood from one does not.
    const limit = Math.max(requestsMin, Math.round((dashboard.requestsPerSecondMax * countedSeconds) / 2));
    const acl = new CfnWebACL(this, 'Acl', {
      name: deployment.name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible(deployment.name),
      rules: [
        {
          name: 'RequestsOfOneAddress',
          priority: 0,
          statement: {
            rateBasedStatement: { aggregateKeyType: 'IP', limit, evaluationWindowSec: countedSeconds },
          },
          action: { block: {} },
          visibilityConfig: visible('RequestsOfOneAddress'),
        },
        ...managed,
      ],
    });
    new CfnWebACLAssociation(this, 'OfStage', { resourceArn: stageArn, webAclArn: acl.attrArn });
  }
}
