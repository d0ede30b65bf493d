/** What is refused of the dashboard's access; guards.test.ts runs these and its own. */
import type { Guard } from '../../lib/guards';
import * as guards from '../../lib/guards';

export interface GuardCase {
  readonly rule: Guard;
  readonly broken: object;
  readonly mended: object;
  readonly setting: string;
}

const issuer = { login: 'oidc', oidcIssuer: 'https://id.example', oidcClientId: 'page' };

export const dashboardCases: readonly GuardCase[] = [
  {
    rule: guards.dashboardIsNotPublic,
    broken: { dashboard: { login: 'none' } },
    mended: { dashboard: { login: 'none', allowedCidrs: ['203.0.113.0/24'] } },
    setting: 'dashboard.allowedCidrs',
  },
  {
    rule: guards.dashboardIsNotPublic,
    broken: { dashboard: { login: 'none', allowedCidrs: ['203.0.113.0/24', '0.0.0.0/0'] } },
    mended: { dashboard: { login: 'none', allowedCidrs: ['203.0.113.0/24', '2001:db8::/32'] } },
    setting: 'dashboard.allowedCidrs',
  },
  {
    rule: guards.namedIssuerIsComplete,
    broken: { dashboard: { login: 'oidc', oidcIssuer: 'https://id.example' } },
    mended: { dashboard: { login: 'oidc', oidcIssuer: 'https://id.example', oidcClientId: 'page' } },
    setting: 'dashboard.oidcClientId',
  },
  {
    rule: guards.namedIssuerIsComplete,
    broken: { dashboard: { ...issuer, oidcClaim: 'groups' } },
    mended: { dashboard: { ...issuer, oidcClaim: 'groups', oidcClaimValues: ['staff'] } },
    setting: 'dashboard.oidcClaim',
  },
  {
    rule: guards.namedIssuerIsComplete,
    broken: { dashboard: { ...issuer, oidcScopes: ['email'] } },
    mended: { dashboard: { ...issuer, oidcScopes: ['openid', 'email'] } },
    setting: 'dashboard.oidcScopes',
  },
  {
    rule: guards.openIssuerNeedsAClaim,
    broken: { dashboard: { ...issuer, oidcIssuer: 'https://accounts.google.com' } },
    mended: {
      dashboard: {
        ...issuer,
        oidcIssuer: 'https://accounts.google.com',
        oidcClaim: 'hd',
        oidcClaimValues: ['example.com'],
      },
    },
    setting: 'dashboard.oidcClaim',
  },
  {
    rule: guards.domainHasACertificate,
    broken: { dashboard: { domainName: 'stats.example.com' } },
    mended: {
      dashboard: {
        domainName: 'stats.example.com',
        certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1',
      },
    },
    setting: 'dashboard.certificateArn',
  },
  {
    rule: guards.domainHasACertificate,
    broken: { dashboard: { hostedZoneId: 'Z1' } },
    mended: { dashboard: { hostedZoneId: '' } },
    setting: 'dashboard.hostedZoneId',
  },
  {
    rule: guards.nameFitsLoginDomain,
    broken: { deployment: { name: 'laws' } },
    mended: { deployment: { name: 'lawyers' } },
    setting: 'deployment.name',
  },
];
