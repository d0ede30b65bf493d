/**
 * The producer as a Fargate service: private, not root, nothing writable but memory, scaled on CPU, replaced when Kafka does not hear it, rolled
 * back when it fails. With producer.collector it takes clicks of real visitors: constructs/collector.ts.
 */
import { Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AdjustmentType } from 'aws-cdk-lib/aws-applicationautoscaling';
import {
  type CfnCluster,
  Cluster,
  type ContainerImage,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  TmpfsMountOption,
} from 'aws-cdk-lib/aws-ecs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { SETTING } from '../pipeline/settings';
import type { Configuration } from './config';
import { acceptFindings } from './constructs/accepted-findings';
import { Collector, lingerSecondsMax } from './constructs/collector';
import { COLLECTOR_PORT } from './constructs/collector-entrance';
import { COLLECTOR_URL_OUTPUT } from './constructs/collector-tasks';
import { producingStatements } from './constructs/kafka-access';
import type { Network } from './network-stack';
import type { StreamStack } from './stream-stack';

export interface ProducerStackProps extends StackProps {
  readonly network: Network;
  readonly stream: StreamStack;
  /** Target `producer` of the repository's Dockerfile. */
  readonly image: ContainerImage;
  /** Of the edge's stack; undefined: there is none. */
  readonly webAclArn: string | undefined;
}

/** Percent above the target from which the largest step is taken. */
const steepFrom = 20;
/** Between SIGTERM and SIGKILL: the producer sends what it has accepted before it ends; a collector first takes what is still sent to it. */
const stopWithin = Duration.seconds(30);
const stopCollectorWithin = stopWithin.plus(Duration.seconds(lingerSecondsMax));
/**
 * In memory, and all that it may write to: the health check looks at a file there. Fargate has it since January 2026
 * (https://aws.amazon.com/about-aws/whats-new/2026/01/amazon-ecs-tmpfs-mounts-aws-fargate-managed-instances/).
 */
const temporaryFolder = { containerPath: '/tmp', size: 1 };
/** Two and a half minutes without an acknowledged heartbeat: longer than MSK takes to move partitions off a broker that it restarts. */
const healthCheck = {
  command: ['CMD', 'node', 'producer/health-check.js'],
  interval: Duration.seconds(15),
  timeout: Duration.seconds(10),
  retries: 10,
  startPeriod: Duration.minutes(2),
};

export class ProducerStack extends Stack {
  readonly service: FargateService;
  /** undefined: clicks of real visitors do not come in. */
  readonly collector: Collector | undefined;
  /** Of the collector, as another stack refers to it without holding this one back; undefined: there is none. */
  readonly collectorUrl: string | undefined;

  constructor(scope: Construct, id: string, configuration: Configuration, props: ProducerStackProps) {
    super(scope, id, props);
    const { deployment, producer } = configuration;
    const { network, webAclArn } = props;
    this.collector =
      producer.collector === 'none'
        ? undefined
        : new Collector(this, 'Collector', { configuration, network, webAclArn });
    this.collectorUrl =
      this.collector === undefined ? undefined : Fn.getStackOutput(this.stackName, COLLECTOR_URL_OUTPUT);
    const task = this.createTask(configuration, props);
    const cluster = new Cluster(this, 'Cluster', { clusterName: deployment.name, vpc: props.network.vpc });
    acceptFindings(cluster, {
      'AwsSolutions-ECS4':
        'Container Insights costs by metric; the service sends its own, and alarms watch them',
    });
    const spot = 'FARGATE_SPOT';
    (cluster.node.defaultChild as CfnCluster).capacityProviders = ['FARGATE', spot];
    this.service = new FargateService(this, 'Service', {
      serviceName: `${deployment.name}-producer`,
      cluster: cluster as ICluster,
      taskDefinition: task,
      desiredCount: producer.taskCountMin,
      ...(producer.spot ? { capacityProviderStrategies: [{ capacityProvider: spot, weight: 1 }] } : {}),
      vpcSubnets: { subnets: [...props.network.subnets] },
      securityGroups: [props.network.groups.producer],
      assignPublicIp: false,
      circuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: false,
      // Heartbeats must not pause while a release goes out.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
    });
    this.scaleOnCpu(configuration);
    this.collector?.serve(this.service);
  }

  /** In steps, each of a known size: a peak adds a few tasks at a time, up to the most that is allowed, and a lull takes one away. */
  private scaleOnCpu({ producer }: Configuration): void {
    const { cpuPercentTarget, taskStepMax } = producer;
    const scaling = this.service.autoScaleTaskCount({
      minCapacity: producer.taskCountMin,
      maxCapacity: producer.taskCountMax,
    });
    scaling.scaleOnMetric('Cpu', {
      metric: this.service.metricCpuUtilization({ period: Duration.minutes(1), statistic: 'Average' }),
      adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
      scalingSteps: [
        { upper: Math.floor(cpuPercentTarget / 2), change: -1 },
        { lower: cpuPercentTarget, change: 1 },
        { lower: cpuPercentTarget + steepFrom, change: taskStepMax },
      ],
      // Two minutes above are no accident.
      evaluationPeriods: 2,
      cooldown: Duration.minutes(2),
    });
  }

  private createTask(configuration: Configuration, props: ProducerStackProps): FargateTaskDefinition {
    const { deployment, producer, stream } = configuration;
    const task = new FargateTaskDefinition(this, 'Task', {
      family: `${deployment.name}-producer`,
      cpu: producer.taskCpu,
      memoryLimitMiB: producer.taskMemoryMib,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture[producer.architecture],
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
    });
    acceptFindings(task, {
      'AwsSolutions-ECS2': 'addresses, names and sizes: no secret is among them, which lib/policy judges',
    });
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/ecs/${deployment.name}-producer`,
      retention: deployment.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const linuxParameters = new LinuxParameters(task, 'Linux');
    linuxParameters.addTmpfs({
      ...temporaryFolder,
      mountOptions: [
        TmpfsMountOption.RW,
        TmpfsMountOption.NOSUID,
        TmpfsMountOption.NODEV,
        TmpfsMountOption.NOEXEC,
      ],
    });
    const collector = this.collector?.tasks;
    task.addContainer('producer', {
      ...(collector === undefined
        ? {}
        : { portMappings: [{ containerPort: COLLECTOR_PORT }], secrets: { ...collector.secrets } }),
      image: props.image,
      user: 'node',
      readonlyRootFilesystem: true,
      linuxParameters,
      stopTimeout: collector === undefined ? stopWithin : stopCollectorWithin,
      healthCheck,
      logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'producer' }),
      environment: {
        ...props.stream.clientEnvironment,
        [SETTING.SITES]: deployment.sites.join(','),
        [SETTING.SIMULATOR]: String(producer.simulator),
        [SETTING.RATE]: String(producer.eventsPerSecond),
        ...collector?.environment,
      },
    });
    const { clusterArn } = props.stream.cluster;
    collector?.grantTo(task, clusterArn, stream.topic);
    for (const statement of producingStatements({ clusterArn, topic: stream.topic })) {
      task.addToTaskRolePolicy(statement);
    }
    return task;
  }
}
