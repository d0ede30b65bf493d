/** The event source mapping as Lambda describes it, as the options of our own event source. */
import type { MappingOptions } from '../local/event-source/mapping-options';
import { RehearsalError } from './rehearsal-error';
import type { Stage } from './stage';
import { expect } from './step';

/** What Lambda answers of a mapping of MSK: https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
export interface MappingDescription {
  readonly FunctionArn: string;
  readonly Topics?: readonly string[];
  readonly AmazonManagedKafkaEventSourceConfig?: { readonly ConsumerGroupId?: string };
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly StartingPosition?: string;
  readonly FunctionResponseTypes?: readonly string[];
  readonly ProvisionedPollerConfig?: object;
}

export interface DeployedMapping {
  readonly topic: string;
  readonly groupId: string;
  readonly functionName: string;
  readonly options: MappingOptions;
}

/** Lambda's own window, which it has where none is set. */
const windowMsDefault = 500;

/** Throws RehearsalError where the mapping lacks what it must have. */
export function readMappingDescription(description: MappingDescription): DeployedMapping {
  const topic = description.Topics?.[0];
  const groupId = description.AmazonManagedKafkaEventSourceConfig?.ConsumerGroupId;
  const functionName = /:function:([^:]+)/.exec(description.FunctionArn)?.[1];
  if (topic === undefined || groupId === undefined || functionName === undefined) {
    throw new RehearsalError(`the mapping names no topic, group or function: ${JSON.stringify(description)}`);
  }
  if (description.StartingPosition !== 'TRIM_HORIZON') {
    throw new RehearsalError(
      `the mapping starts at ${description.StartingPosition}; rehearsed: TRIM_HORIZON`,
    );
  }
  const { ProvisionedPollerConfig: pollers, MaximumBatchingWindowInSeconds: seconds } = description;
  return {
    topic,
    groupId,
    functionName,
    options: {
      mode: pollers === undefined ? 'on_demand' : 'provisioned',
      batchSize: description.BatchSize,
      batchWindowMs: seconds ? seconds * 1_000 : windowMsDefault,
      reportBatchItemFailures:
        description.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
      mixPartitions: true,
      // Some of a batch's partitions for each: as many as there are zones.
      pollers: 2,
    },
  };
}

/** The one that is deployed. */
export async function deployedMapping(stage: Stage): Promise<DeployedMapping> {
  const answer = await stage.aws.ask('lambda', 'GET', '/2015-03-31/event-source-mappings/');
  const { EventSourceMappings: mappings } = JSON.parse(answer.body.toString()) as {
    readonly EventSourceMappings: readonly MappingDescription[];
  };
  const [mapping] = mappings;
  expect(mapping !== undefined, 'Lambda knows no event source mapping');
  return readMappingDescription(mapping);
}
