/**
 * The one user of the cache, with a password that nobody has seen: Secrets Manager makes it, ElastiCache gets it while the
 * stack is deployed, functions read it when they start. Valkey's user groups need no `default` user, so there is none.
 * Why a password and no IAM tokens: docs/decisions/0011-a-password-for-the-cache.md.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Configuration } from '../config';
import { acceptFindings } from './accepted-findings';
import { cacheAccess } from './cache-access';

export class CacheUser extends Construct {
  /** `{"username","password"}`, for REDIS_SECRET_ARN. */
  readonly secret: ISecret;
  readonly groupId: string;

  constructor(scope: Construct, id: string, { deployment, stream }: Configuration) {
    super(scope, id);
    const userName = `${deployment.name}-app`;
    const secret = new Secret(this, 'Secret', {
      description: `Redis user of ${deployment.name}`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: userName }),
        generateStringKey: 'password',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acceptFindings(secret, {
      'AwsSolutions-SMG4':
        'functions read it when they start: a rotation by itself would shut them out (docs/decisions/0011-a-password-for-the-cache.md)',
    });
    this.secret = secret as ISecret;
    const user = new CfnUser(this, 'User', {
      engine: 'valkey',
      userId: userName,
      userName,
      accessString: cacheAccess(stream.topic),
      // A dynamic reference: the template holds where the password is, not what it is.
      authenticationMode: {
        Type: 'password',
        Passwords: [this.secret.secretValueFromJson('password').unsafeUnwrap()],
      },
    });
    const group = new CfnUserGroup(this, 'Group', {
      engine: 'valkey',
      userGroupId: `${deployment.name}-users`,
      userIds: [user.ref],
    });
    this.groupId = group.ref;
  }
}
