/** A name of one's own for the collector: entered in the zone that is named, or told to whoever enters it. */
import { CfnOutput } from 'aws-cdk-lib';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { ProducerConfiguration } from '../config';

interface AliasTarget {
  readonly dnsName: string;
  readonly hostedZoneId: string;
}

export function enterCollectorName(
  scope: Construct,
  { collectorDomainName: name, collectorHostedZoneId: hostedZoneId }: ProducerConfiguration,
  aliasTarget: AliasTarget,
): void {
  if (hostedZoneId === '') {
    new CfnOutput(scope, 'Target', {
      value: aliasTarget.dnsName,
      description: `Point ${name} here: CNAME, or an alias record`,
    }).overrideLogicalId('CollectorTarget');
    return;
  }
  new CfnRecordSet(scope, 'Record', { hostedZoneId, name, type: 'A', aliasTarget });
}
