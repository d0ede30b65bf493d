/** A name of one's own before the dashboard. Its certificate is in the same region; its zone may be anywhere. */
import { CfnOutput } from 'aws-cdk-lib';
import {
  DomainName,
  EndpointType,
  type IRestApi,
  type RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { DashboardConfiguration } from '../config';

export class DashboardDomain extends Construct {
  constructor(scope: Construct, id: string, api: RestApi, dashboard: DashboardConfiguration) {
    super(scope, id);
    const { domainName, certificateArn, hostedZoneId } = dashboard;
    const domain = new DomainName(this, 'Name', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      mapping: api as IRestApi,
    });
    if (hostedZoneId === '') {
      new CfnOutput(this, 'Target', {
        value: domain.domainNameAliasDomainName,
        description: `Point ${domainName} here: CNAME, or an alias record`,
      });
      return;
    }
    new CfnRecordSet(this, 'Record', {
      hostedZoneId,
      name: domainName,
      type: 'A',
      aliasTarget: {
        dnsName: domain.domainNameAliasDomainName,
        hostedZoneId: domain.domainNameAliasHostedZoneId,
      },
    });
  }
}
