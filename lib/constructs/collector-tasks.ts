/** What a producer task needs to take clicks: where its sites are, what stands in front, and the rights to sites and to the days' salts. */
import { CfnOutput, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { type FargateTaskDefinition, Secret as TaskSecret } from 'aws-cdk-lib/aws-ecs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { SETTING } from '../../pipeline/settings';
import type { Configuration } from '../config';
import { acceptFindings } from './accepted-findings';
import { COLLECTOR_PORT, type CollectorEntrance } from './collector-entrance';
import { saltStatements } from './kafka-access';

export const COLLECTOR_URL_OUTPUT = 'CollectorUrl';

export interface CollectorTasksProps {
  readonly configuration: Configuration;
  readonly entrance: CollectorEntrance;
  /** What the entrance says with each request; undefined: nothing. */
  readonly frontSecret: ISecret | undefined;
}

export class CollectorTasks extends Construct {
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, TaskSecret>>;
  private readonly sites: Secret;

  constructor(scope: Construct, id: string, { configuration, entrance, frontSecret }: CollectorTasksProps) {
    super(scope, id);
    const { deployment, producer } = configuration;
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
      ...entrance.environment,
      [SETTING.COLLECTOR_PORT]: String(COLLECTOR_PORT),
      [SETTING.LISTEN_HOST]: '0.0.0.0',
      [SETTING.COLLECTOR_SITES]: this.sites.secretArn,
      [SETTING.COLLECTOR_URL]: entrance.url,
      [SETTING.COLLECTOR_SITE_RATE]: String(producer.collectorSiteRate),
      [SETTING.COLLECTOR_ADDRESS_RATE]: String(producer.collectorAddressRate),
      [SETTING.COLLECTOR_OPT_OUT]: String(producer.collectorRespectsOptOut),
      [SETTING.COLLECTOR_BOTS]: producer.collectorBots,
    };
    this.secrets =
      frontSecret === undefined
        ? {}
        : { [SETTING.COLLECTOR_FRONT_SECRET]: TaskSecret.fromSecretsManager(frontSecret) };
    this.tell(entrance.url);
  }

  /** `topic`: of the events. */
  grantTo(task: FargateTaskDefinition, clusterArn: string, topic: string): void {
    this.sites.grantRead(task.taskRole);
    for (const statement of saltStatements({ clusterArn, topic: `${topic}-salts` }))
      task.addToTaskRolePolicy(statement);
  }

  /** What a person does next. */
  private tell(url: string): void {
    this.print(COLLECTOR_URL_OUTPUT, url, 'for trackers and SDKs: docs/collector.md');
    this.print(
      'AddSite',
      `npm run sites -- add SITE --origin https://SITE.EXAMPLE --at ${this.sites.secretArn}`,
      'makes the key of a site, and prints it',
    );
    this.print(
      'Snippet',
      `<script defer src="${url}/tracker.js" data-write-key="KEY"></script>`,
      'for the pages of that site: docs/tracker.md',
    );
  }

  /** By its name alone, as a person and the dashboard's stack look for it. */
  private print(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description }).overrideLogicalId(name);
  }
}
