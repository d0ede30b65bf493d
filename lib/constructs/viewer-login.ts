/**
 * Whom viewers sign in at: a Cognito user pool with its managed login, or an OpenID Connect issuer that the user names. Either
 * way the page gets an ID token by code and PKCE, and the authorizer takes no other: nothing here depends on which it is.
 */
import { Aws, CfnOutput, Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { SETTING } from '../../pipeline/settings';
import type { Configuration } from '../config';
import { acceptFindings } from './accepted-findings';

export interface ViewerLoginProps {
  readonly configuration: Configuration;
  /** Address of the page, with its last slash. */
  readonly home: string;
}

/** Tokens are renewed by the page; a person who was let go can look for this long. */
const tokenValidity = Duration.hours(1);
const passwordLengthMin = 12;

export class ViewerLogin extends Construct {
  /** For the page and the authorizer: LOGIN_*. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ViewerLoginProps) {
    super(scope, id);
    const { dashboard } = props.configuration;
    this.environment = dashboard.login === 'oidc' ? this.nameIssuer(props) : this.createPool(props);
  }

  private nameIssuer({ configuration: { dashboard }, home }: ViewerLoginProps): Record<string, string> {
    new CfnOutput(this, 'RedirectAddress', {
      value: home,
      description: 'Enter this at the issuer as redirect address after sign-in and after sign-out',
    });
    return {
      [SETTING.LOGIN_ISSUER]: dashboard.oidcIssuer,
      [SETTING.LOGIN_CLIENT_ID]: dashboard.oidcClientId,
      [SETTING.LOGIN_SCOPES]: dashboard.oidcScopes.join(' '),
      [SETTING.LOGIN_ORIGINS]: dashboard.oidcOrigins.join(','),
      ...(dashboard.oidcClaim === ''
        ? {}
        : { [SETTING.LOGIN_CLAIM]: `${dashboard.oidcClaim}=${dashboard.oidcClaimValues.join(',')}` }),
    };
  }

  private createPool(props: ViewerLoginProps): Record<string, string> {
    const { deployment } = props.configuration;
    const pool = new UserPool(this, 'Pool', {
      userPoolName: deployment.name,
      // The plan that has managed login; free up to 10,000 people who sign in in a month.
      featurePlan: FeaturePlan.ESSENTIALS,
      // Who may look is decided by whoever runs this, not by whoever finds the address.
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: { minLength: passwordLengthMin, tempPasswordValidity: Duration.days(7) },
      userInvitation: {
        emailSubject: `Your access to ${deployment.name}`,
        emailBody: `Sign in at ${props.home} as {username} with the password {####}. You will be asked for one of your own.`,
      },
      deletionProtection: deployment.terminationProtection,
      removalPolicy: deployment.terminationProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acceptFindings(pool, {
      'AwsSolutions-COG1': 'length protects, and kinds of characters do not (NIST SP 800-63B, 5.1.1.2)',
      'AwsSolutions-COG2': 'a second factor is offered; a screen on a wall has nobody to enter one',
      'AwsSolutions-COG8': 'Plus costs by person; people are invited, and the plan can be raised by hand',
    });
    const client = this.addClient(pool, props);
    // Unique in the region among all accounts, as the stack's own id is.
    const suffix = Fn.select(4, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
    const domain = pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: `${deployment.name}-${suffix}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    // Without one, managed login shows an error instead of a form.
    new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    this.printFirstUser(pool);
    return {
      [SETTING.LOGIN_ISSUER]: `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}/${pool.userPoolId}`,
      [SETTING.LOGIN_CLIENT_ID]: client.userPoolClientId,
      [SETTING.LOGIN_ORIGINS]: domain.baseUrl(),
    };
  }

  /** The page keeps no secret, so its client has none: PKCE ties the code to the tab that asked for it. */
  private addClient(pool: UserPool, { configuration, home }: ViewerLoginProps): UserPoolClient {
    return pool.addClient('Page', {
      generateSecret: false,
      // Signing in is managed login's alone; the page renews.
      authFlows: { user: false },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [home],
        logoutUrls: [home],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: tokenValidity,
      accessTokenValidity: tokenValidity,
      refreshTokenValidity: Duration.days(configuration.dashboard.sessionDays),
    });
  }

  private printFirstUser(pool: UserPool): void {
    const address = 'YOU@EXAMPLE.COM';
    new CfnOutput(this, 'AddUser', {
      value: [
        `aws cognito-idp admin-create-user --region ${Aws.REGION} --user-pool-id ${pool.userPoolId}`,
        `--username ${address} --desired-delivery-mediums EMAIL`,
        `--user-attributes Name=email,Value=${address} Name=email_verified,Value=true`,
      ].join(' '),
      description: 'Invites a viewer by mail: put in the address, twice',
    });
  }
}
