/**
 * CloudFormation does not know a cluster's addresses (cloudformation-coverage-roadmap#1792), so a small function asks MSK
 * for them while the stack is deployed. It has no business in the VPC: it calls MSK's control plane.
 */
import { CrossStackReferences, CustomResource, ReferenceStrength } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import type { DeploymentConfiguration } from '../config';
import { acceptProvider } from './accepted-findings';
import { type HandlerCode, HandlerFunction } from './handler-function';

export interface BootstrapBrokersProps {
  readonly deployment: DeploymentConfiguration;
  readonly code: HandlerCode;
  readonly clusterArn: string;
  /** Asked again when it changes. */
  readonly brokerCount: number;
}

export class BootstrapBrokers extends Construct {
  /** `host:port,host:port`, for KAFKA_BROKERS. */
  readonly addresses: string;

  constructor(scope: Construct, id: string, props: BootstrapBrokersProps) {
    super(scope, id);
    const { function: onEvent, logGroup } = new HandlerFunction(this, 'Handler', {
      deployment: props.deployment,
      code: props.code,
      handler: 'bootstrap-brokers',
      description: "Asks MSK for the brokers' addresses",
      environment: {},
      memoryMib: 256,
      timeoutSeconds: 60,
    });
    onEvent.addToRolePolicy(
      new PolicyStatement({ actions: ['kafka:GetBootstrapBrokers'], resources: [props.clusterArn] }),
    );
    const provider = new Provider(this, 'Provider', { onEventHandler: onEvent, logGroup });
    acceptProvider(provider, onEvent);
    const answer = new CustomResource(this, 'Answer', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::BootstrapBrokers',
      properties: { clusterArn: props.clusterArn, brokerCount: props.brokerCount },
    });
    // They change when the cluster grows, which CloudFormation would refuse while other stacks import them. Those that have the
    // old ones learn the new ones from any broker (docs/decisions/0010-references-between-stacks.md).
    CrossStackReferences.of(answer).produce(ReferenceStrength.WEAK);
    this.addresses = answer.getAttString('brokers');
  }
}
