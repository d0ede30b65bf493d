/** Ways into the collector that would deploy into nothing, or not at all. Rules of the same kind as in guards.ts. */
import type { Configuration } from './config';
import { refuse } from './setting-checks';

type CollectorGuard = (configuration: Configuration) => void;

/** HTTP APIs take no web ACL (API Gateway guide, "Choose between REST APIs and HTTP APIs"): it would stand there and see no request. */
export const collectorFirewallHasAFront: CollectorGuard = ({ producer }) => {
  const { collector, collectorFirewall } = producer;
  if (!collectorFirewall || collector === 'cloudfront' || collector === 'alb') return;
  refuse('clickstream.producer.collectorFirewall', true, `false while producer.collector is ${collector}`);
};

/** A load balancer speaks HTTPS by a certificate, and there is none for a name that is AWS's. */
export const balancerHasAName: CollectorGuard = ({ producer }) => {
  if (producer.collector !== 'alb' || producer.collectorDomainName !== '') return;
  refuse('clickstream.producer.collectorDomainName', '', 'a name of yours while producer.collector is alb');
};

export const collectorNameHasACertificate: CollectorGuard = ({ producer }) => {
  const { collector, collectorDomainName, collectorCertificateArn, collectorHostedZoneId } = producer;
  if ((collectorDomainName === '') !== (collectorCertificateArn === '')) {
    refuse(
      'clickstream.producer.collectorCertificateArn',
      collectorCertificateArn,
      'set together with collectorDomainName',
    );
  }
  if (collectorDomainName === '' && collectorHostedZoneId !== '') {
    refuse(
      'clickstream.producer.collectorHostedZoneId',
      collectorHostedZoneId,
      'empty without collectorDomainName',
    );
  }
  if (collectorDomainName === '' || collector === 'cloudfront' || collector === 'alb') return;
  refuse(
    'clickstream.producer.collectorDomainName',
    collectorDomainName,
    `empty while producer.collector is ${collector}`,
  );
};

/** CloudFront guide, "Requirements for using SSL/TLS certificates with CloudFront". */
export const cloudfrontCertificateIsInVirginia: CollectorGuard = ({ producer }) => {
  const { collector, collectorCertificateArn } = producer;
  if (collector !== 'cloudfront' || collectorCertificateArn === '') return;
  if (collectorCertificateArn.split(':')[3] === 'us-east-1') return;
  refuse(
    'clickstream.producer.collectorCertificateArn',
    collectorCertificateArn,
    'one of us-east-1 while producer.collector is cloudfront',
  );
};

/** In private subnets it would have addresses, and nobody could reach them. */
export const balancerHasPublicSubnets: CollectorGuard = ({ network, producer }) => {
  const { vpcId, publicSubnetIds, zoneCount } = network;
  if (producer.collector !== 'alb' || vpcId === '') return;
  if (publicSubnetIds.length === zoneCount && new Set(publicSubnetIds).size === zoneCount) return;
  refuse(
    'clickstream.network.publicSubnetIds',
    publicSubnetIds,
    `${zoneCount} different public subnets (zoneCount) while producer.collector is alb`,
  );
};

export const COLLECTOR_GUARDS: readonly CollectorGuard[] = [
  collectorFirewallHasAFront,
  balancerHasAName,
  collectorNameHasACertificate,
  cloudfrontCertificateIsInVirginia,
  balancerHasPublicSubnets,
];
