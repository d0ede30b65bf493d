/** AWS WAF before the dashboard: known bad addresses and requests, and no address may use up what all viewers share. */
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Configuration } from '../config';
import { WebAcl } from './web-acl';

export interface DashboardFirewallProps {
  readonly configuration: Configuration;
  readonly stageArn: string;
}

/** WAF counts over five minutes, and takes no limit below 10. */
const countedSeconds = 300;
const requestsMin = 10;

export class DashboardFirewall extends Construct {
  constructor(scope: Construct, id: string, { configuration, stageArn }: DashboardFirewallProps) {
    super(scope, id);
    const { deployment, dashboard } = configuration;
    const acl = new WebAcl(this, 'Acl', {
      name: deployment.name,
      scope: 'REGIONAL',
      // Half of the rate that all share: an office behind one address fits, a flood from one does not.
      addressRequestsMax: Math.max(
        requestsMin,
        Math.round((dashboard.requestsPerSecondMax * countedSeconds) / 2),
      ),
      managedGroups: [
        'AWSManagedRulesAmazonIpReputationList',
        'AWSManagedRulesCommonRuleSet',
        'AWSManagedRulesKnownBadInputsRuleSet',
      ],
    });
    new CfnWebACLAssociation(this, 'OfStage', { resourceArn: stageArn, webAclArn: acl.arn });
  }
}
