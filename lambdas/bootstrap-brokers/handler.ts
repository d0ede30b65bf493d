/** Custom resource: the addresses of an MSK cluster's IAM listener. Called by CDK's provider framework while a stack is deployed. */
import { GetBootstrapBrokersCommand, KafkaClient } from '@aws-sdk/client-kafka';

export interface BrokersRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResourceProperties: { readonly clusterArn: string };
}

export interface BrokersAnswer {
  /** The cluster's ARN: another cluster is another resource. */
  readonly PhysicalResourceId: string;
  readonly Data?: { readonly brokers: string };
}

/** The cluster is there, but has no listener for IAM. */
export class NoIamListenerError extends Error {
  override readonly name = 'NoIamListenerError';
}

const client = new KafkaClient({});

export async function handler(request: BrokersRequest): Promise<BrokersAnswer> {
  const { clusterArn } = request.ResourceProperties;
  if (request.RequestType === 'Delete') return { PhysicalResourceId: clusterArn };
  const answer = await client.send(new GetBootstrapBrokersCommand({ ClusterArn: clusterArn }));
  const addresses = answer.BootstrapBrokerStringSaslIam;
  if (!addresses) throw new NoIamListenerError(`${clusterArn} answers with no addresses for IAM`);
  // MSK names them in any order; sorted, an update that changed nothing changes no function.
  return { PhysicalResourceId: clusterArn, Data: { brokers: addresses.split(',').sort().join(',') } };
}
