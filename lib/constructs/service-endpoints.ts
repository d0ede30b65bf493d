/** The VPC endpoints that the programs in private subnets need, and no others: each interface endpoint is billed by the hour and zone. */
import {
  CfnVPCEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Configuration } from '../config';
import type { CalledService } from '../foundation-config';

const INTERFACES: Readonly<Record<Exclude<CalledService, 's3'>, InterfaceVpcEndpointAwsService>> = {
  'ecr.api': InterfaceVpcEndpointAwsService.ECR,
  'ecr.dkr': InterfaceVpcEndpointAwsService.ECR_DOCKER,
  logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  secretsmanager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  lambda: InterfaceVpcEndpointAwsService.LAMBDA,
  sts: InterfaceVpcEndpointAwsService.STS,
};

/**
 * Tasks pull images (ecr, and s3 for their layers) and write logs; functions read the secret of the cache. On-demand pollers
 * live in the cluster's subnets and call Lambda and STS from there; provisioned ones do not.
 */
export function neededServices({ consumer }: Configuration): readonly CalledService[] {
  const byPollers: readonly CalledService[] = consumer.pollersMax === 0 ? ['lambda', 'sts'] : [];
  return ['s3', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', ...byPollers];
}

/** Those of them that are made. Beside NAT gateways only S3's, which costs nothing. */
export function madeEndpoints(configuration: Configuration): readonly CalledService[] {
  const { natGateways, reachableServices } = configuration.network;
  return neededServices(configuration)
    .filter((service) => !reachableServices.includes(service))
    .filter((service) => natGateways === 0 || service === 's3');
}

/** Whether programs in the VPC can call a service, by whichever way. */
export function reaches(configuration: Configuration, service: CalledService): boolean {
  const { natGateways, reachableServices } = configuration.network;
  return (
    natGateways > 0 || reachableServices.includes(service) || neededServices(configuration).includes(service)
  );
}

export interface ServiceEndpointsProps {
  readonly configuration: Configuration;
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly securityGroup: ISecurityGroup;
}

export class ServiceEndpoints extends Construct {
  constructor(scope: Construct, id: string, props: ServiceEndpointsProps) {
    super(scope, id);
    const { configuration, vpc } = props;
    for (const service of madeEndpoints(configuration)) {
      if (service === 's3') this.createGateway(props);
      else {
        vpc.addInterfaceEndpoint(service, {
          service: INTERFACES[service],
          subnets: { subnets: props.subnets.slice(0, configuration.network.endpointZoneCount) },
          securityGroups: [props.securityGroup],
          open: false,
        });
      }
    }
  }

  private createGateway({ configuration, vpc }: ServiceEndpointsProps): void {
    const { vpcId, routeTableIds } = configuration.network;
    if (vpcId === '') vpc.addGatewayEndpoint('s3', { service: GatewayVpcEndpointAwsService.S3 });
    else {
      // Subnets may share a table, which the higher-level construct has no words for.
      new CfnVPCEndpoint(this, 's3', {
        vpcId,
        serviceName: GatewayVpcEndpointAwsService.S3.name,
        vpcEndpointType: 'Gateway',
        routeTableIds: [...routeTableIds],
      });
    }
  }
}
