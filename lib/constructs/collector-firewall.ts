/**
 * The rules of AWS WAF before the collector. None of them reads a body: bodies hold what visitors were looking at, and rules against attacks
 * find attacks there (a title with a tag, an address with another in it), so that clicks would be missing and nobody would know. Bodies of
 * SDKs are also sixty times as large as the 8 KB that such rules allow. What is no event the collector refuses by itself, and tells how much.
 */
import type { Construct } from 'constructs';
import type { Configuration } from '../config';
import { WebAcl } from './web-acl';

export function collectorFirewall(
  scope: Construct,
  { deployment, producer }: Configuration,
  where: 'REGIONAL' | 'CLOUDFRONT',
): WebAcl {
  return new WebAcl(scope, 'Firewall', {
    name: `${deployment.name}-collector`,
    scope: where,
    addressRequestsMax: producer.collectorFirewallRequestsMax,
    managedGroups: ['AWSManagedRulesAmazonIpReputationList'],
    // SDKs take 403 for the end, and 503 for later.
    tellToComeAgain: true,
  });
}
