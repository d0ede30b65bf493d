/** The store of counts: an ElastiCache that is made with a user of its own, or one that is there. */
import { CfnOutput, CfnWaitConditionHandle, Stack, type StackProps } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { SETTING } from '../pipeline/settings';
import type { Configuration } from './config';
import { CacheUser } from './constructs/cache-user';
import { ValkeyCache } from './constructs/valkey-cache';
import type { Network } from './network-stack';

export interface StoreStackProps extends StackProps {
  readonly network: Network;
}

export class StoreStack extends Stack {
  readonly secret: ISecret;
  /** Name that metrics have as dimension: of the serverless cache, or of the replication group. */
  readonly cacheName: string;
  /** What a client needs, as environment variables. It also has to be allowed to read the secret. */
  readonly clientEnvironment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, configuration: Configuration, props: StoreStackProps) {
    super(scope, id, props);
    const { deployment, store } = configuration;
    this.cacheName = store.cacheName || deployment.name;
    let url = store.url;
    if (url === '') {
      const user = new CacheUser(this, 'User', configuration);
      const { network } = props;
      url = new ValkeyCache(this, 'Cache', { configuration, network, userGroupId: user.groupId }).url;
      this.secret = user.secret;
      // Whether another stack uses it now or not: see network-stack.ts, exportAll.
      this.exportValue(user.secret.secretArn);
    } else {
      this.secret = Secret.fromSecretCompleteArn(this, 'Secret', store.secretArn);
      // A stack must have a resource. This one is nothing, and costs nothing.
      new CfnWaitConditionHandle(this, 'Adopted');
    }
    this.clientEnvironment = {
      [SETTING.REDIS_URL]: url,
      [SETTING.REDIS_SECRET_ARN]: this.secret.secretArn,
    };
    new CfnOutput(this, 'CacheAddress', { value: url, description: SETTING.REDIS_URL });
  }
}
