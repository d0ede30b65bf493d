/** The stacks and what each one needs of the others. `cdk deploy --all` follows the same order. */
import { type App, Validations } from 'aws-cdk-lib';
import type { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { appPolicy } from './app-policy';
import type { Configuration } from './config';
import type { HandlerCode } from './constructs/handler-function';
import { ConsumerStack } from './consumer-stack';
import { DashboardStack } from './dashboard-stack';
import { EdgeStack, needsEdge } from './edge-stack';
import { MonitoringStack } from './monitoring-stack';
import { NetworkStack } from './network-stack';
import { KafkaAppRules } from './policy/kafka-app-rules';
import { ProducerStack } from './producer-stack';
import { StoreStack } from './store-stack';
import { StreamStack } from './stream-stack';

/** What is shipped: handlers for Lambda, the image for Fargate. See assets.ts; tests hand in stand-ins. */
export interface Assets {
  readonly code: HandlerCode;
  readonly producerImage: ContainerImage;
}

export interface Stacks {
  readonly network: NetworkStack;
  readonly stream: StreamStack;
  readonly store: StoreStack;
  readonly producer: ProducerStack;
  readonly consumer: ConsumerStack;
  readonly dashboard: DashboardStack;
  readonly monitoring: MonitoringStack;
  /** Where CloudFront has a firewall; before the producer's. */
  readonly edge: EdgeStack | undefined;
}

export function composeStacks(app: App, configuration: Configuration, assets: Assets): Stacks {
  const { name, terminationProtection } = configuration.deployment;
  const props = (part: string, description: string) => ({
    stackName: `${name}-${part}`,
    description: `${name}: ${description}`,
    terminationProtection,
    tags: { application: name },
  });
  const { code, producerImage: image } = assets;
  const network = new NetworkStack(
    app,
    'network',
    configuration,
    props('network', 'subnets, endpoints, groups'),
  );
  const stream = new StreamStack(app, 'stream', configuration, {
    ...props('stream', 'Kafka and its topic'),
    network,
    code,
  });
  const store = new StoreStack(app, 'store', configuration, { ...props('store', 'counts'), network });
  const edge = needsEdge(configuration)
    ? new EdgeStack(app, 'edge', configuration, props('edge', 'firewall of CloudFront'))
    : undefined;
  const producer = new ProducerStack(app, 'producer', configuration, {
    ...props('producer', 'writes events'),
    network,
    stream,
    image,
    webAclArn: edge?.webAclArn,
  });
  if (edge !== undefined) producer.addStackDependency(edge);
  const consumer = new ConsumerStack(app, 'consumer', configuration, {
    ...props('consumer', 'counts events'),
    network,
    stream,
    store,
    code,
  });
  const dashboard = new DashboardStack(app, 'dashboard', configuration, {
    ...props('dashboard', 'page and API'),
    network,
    store,
    code,
    collectorUrl: producer.collectorUrl,
  });
  if (producer.collectorUrl !== undefined) dashboard.addStackDependency(producer);
  const monitoring = new MonitoringStack(app, 'monitoring', configuration, {
    ...props('monitoring', 'alarms'),
    stream,
    store,
    producer,
    consumer,
    dashboard,
  });
  // Whatever a construct is changed to later is judged in the templates that come of it.
  Validations.of(app).addPlugins(new KafkaAppRules(appPolicy(configuration)));
  return { network, stream, store, producer, consumer, dashboard, monitoring, edge };
}
