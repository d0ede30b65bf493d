/** AWS WAF: a limit for each address, and managed rules. Where it stands, the one who makes it says. */
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface WebAclProps {
  readonly name: string;
  /** `CLOUDFRONT`: in us-east-1 alone (CloudFormation guide, AWS::WAFv2::WebACL). */
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  /** Requests of one address in five minutes, 10 at least. */
  readonly addressRequestsMax: number;
  /** Of AWS, each a rule. */
  readonly managedGroups: readonly string[];
  /** What an address hears that sends more. Default: 403. */
  readonly tellToComeAgain?: boolean;
}

const countedSeconds = 300;
const comeAgainSeconds = 60;

export class WebAcl extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const { name, addressRequestsMax: limit } = props;
    const visible = (metricName: string) => ({
      metricName,
      cloudWatchMetricsEnabled: true,
      // Samples hold addresses and headers.
      sampledRequestsEnabled: false,
    });
    const managed = props.managedGroups.map((group, index) => ({
      name: group,
      priority: index + 1,
      statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: group } },
      overrideAction: { none: {} },
      visibilityConfig: visible(group),
    }));
    const comeAgain = {
      customResponse: {
        responseCode: 503,
        responseHeaders: [{ name: 'Retry-After', value: String(comeAgainSeconds) }],
      },
    };
    // By this identifier it has its construct's own, so that moving it here replaces none that is deployed.
    this.arn = new CfnWebACL(this, 'Default', {
      name,
      scope: props.scope,
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      rules: [
        {
          name: 'RequestsOfOneAddress',
          priority: 0,
          statement: {
            rateBasedStatement: { aggregateKeyType: 'IP', limit, evaluationWindowSec: countedSeconds },
          },
          action: { block: props.tellToComeAgain === true ? comeAgain : {} },
          visibilityConfig: visible('RequestsOfOneAddress'),
        },
        ...managed,
      ],
    }).attrArn;
  }
}
