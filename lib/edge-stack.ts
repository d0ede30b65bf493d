/**
 * The firewall of CloudFront, which AWS keeps in us-east-1 wherever the rest is (CloudFormation guide, AWS::WAFv2::WebACL). It is there only with
 * producer.collector `cloudfront` and producer.collectorFirewall, and needs the CDK's bootstrap in that region.
 */
import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from './config';
import { collectorFirewall } from './constructs/collector-firewall';

const EDGE_REGION = 'us-east-1';
const outputName = 'WebAclArn';

export class EdgeStack extends Stack {
  /** As a stack of another region refers to it. */
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, configuration: Configuration, props: StackProps) {
    super(scope, id, { ...props, env: { region: EDGE_REGION } });
    const { arn } = collectorFirewall(this, configuration, 'CLOUDFRONT');
    new CfnOutput(this, outputName, { value: arn });
    this.webAclArn = Fn.getStackOutput(this.stackName, outputName, EDGE_REGION);
  }
}

export function needsEdge({ producer }: Configuration): boolean {
  return producer.collector === 'cloudfront' && producer.collectorFirewall;
}
