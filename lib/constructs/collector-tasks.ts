/** What a producer task needs to take clicks: where its sites are, and the rights to them and to the days' salts. */
import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import type { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { SETTING } from '../../pipeline/settings';
import type { Configuration } from '../config';
import { acceptFindings } from './accepted-findings';
import { ADDRESS_HEADER } from './collector-api';
import { saltStatements } from './kafka-access';
import { COLLECTOR_PORT } from './security-groups';

export class CollectorTasks extends Construct {
  readonly sites: Secret;
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { deployment }: Configuration) {
    super(scope, id);
    this.sites = new Secret(this, 'Sites', {
      secretName: `${deployment.name}/sites`,
      description: 'Sites, keys and origins of the collector: npm run sites',
      // What it holds from the first deploy on; later `npm run sites` writes it, and no deploy does.
      secretStringValue: SecretValue.unsafePlainText('{"sites":[]}'),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acceptFindings(this.sites, {
      'AwsSolutions-SMG4': 'browsers show the keys to everybody: there is nothing to rotate',
    });
    this.environment = {
      [SETTING.COLLECTOR_PORT]: String(COLLECTOR_PORT),
      [SETTING.LISTEN_HOST]: '0.0.0.0',
      [SETTING.COLLECTOR_SITES]: this.sites.secretArn,
      [SETTING.COLLECTOR_ADDRESS_HEADER]: ADDRESS_HEADER,
    };
  }

  /** `topic`: of the events. */
  grantTo(task: FargateTaskDefinition, clusterArn: string, topic: string): void {
    this.sites.grantRead(task.taskRole);
    for (const statement of saltStatements({ clusterArn, topic: `${topic}-salts` }))
      task.addToTaskRolePolicy(statement);
  }
}
