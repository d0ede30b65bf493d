/** Event source mappings of Kafka: what a deploy refuses, and what loses records without a word. */

import { type Mapping, mappingsOf, withinCluster } from './kafka-clusters';
import type { AppUnderJudgement, Finding, PolicyRule } from './policy-rule';
import { functionOf } from './programs';
import type { TemplateGraph } from './template-graph';

type Judge = (
  mapping: Mapping,
  app: AppUnderJudgement,
) => readonly (Omit<Finding, 'node'> & Partial<Pick<Finding, 'node'>>)[];

function mappingRule(name: string, why: string, judge: Judge): PolicyRule {
  return {
    name,
    why,
    check: (app) =>
      mappingsOf(app.graph).flatMap((mapping) =>
        judge(mapping, app).map((finding) => ({ node: mapping.node, ...finding })),
      ),
  };
}

const number = (graph: TemplateGraph, { node }: Mapping, path: string): number | undefined =>
  graph.raw(node, path) === undefined ? undefined : Number(graph.at(node, path));
const destination = (graph: TemplateGraph, { node }: Mapping) =>
  graph.at(node, 'DestinationConfig.OnFailure.Destination');

const forProvisionedPollers = [
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'FunctionResponseTypes',
  'LoggingConfig',
  'MetricsConfig',
  'AmazonManagedKafkaEventSourceConfig.SchemaRegistryConfig',
];

export const optionsSuitThePollers = mappingRule(
  'optionsSuitThePollers',
  'Lambda has retry controls, partial responses, log levels, metrics, schema registries and Kafka destinations with provisioned pollers only (Lambda guide, kafka-scaling-modes).',
  (mapping, { graph }) => {
    if (mapping.isProvisioned) return [];
    const named = forProvisionedPollers.filter((path) => graph.raw(mapping.node, path) !== undefined);
    const toKafka = destination(graph, mapping).startsWith('kafka://')
      ? ['DestinationConfig.OnFailure.Destination']
      : [];
    return [...named, ...toKafka].map((path) => ({
      location: `Properties.${path}`,
      sentence: `${path} is set and ProvisionedPollerConfig is not: set both or neither`,
    }));
  },
);

export const pollersAreARange = mappingRule(
  'pollersAreARange',
  'Lambda takes 1 to 200 pollers as the fewest, 1 to 2000 as the most (Lambda guide, kafka-scaling-modes).',
  (mapping, { graph }) => {
    const least = number(graph, mapping, 'ProvisionedPollerConfig.MinimumPollers') ?? 1;
    const most = number(graph, mapping, 'ProvisionedPollerConfig.MaximumPollers') ?? 200;
    if (least >= 1 && least <= 200 && least <= most && most <= 2_000) return [];
    const sentence = `pollers are ${least} to ${most}: allowed are 1 to 200 as the fewest, and up to 2000 as the most`;
    return [{ location: 'Properties.ProvisionedPollerConfig', sentence }];
  },
);

export const startsWhereNothingIsLost = mappingRule(
  'startsWhereNothingIsLost',
  'While a mapping is made or changed, LATEST skips what arrives, for minutes (Lambda guide, kafka-starting-positions).',
  ({ node }, { graph }) =>
    graph.at(node, 'StartingPosition') === 'LATEST'
      ? [
          {
            location: 'Properties.StartingPosition',
            sentence: 'StartingPosition is LATEST: TRIM_HORIZON or AT_TIMESTAMP lose nothing',
          },
        ]
      : [],
);

export const batchSizeIsAllowed = mappingRule(
  'batchSizeIsAllowed',
  'Lambda takes 1 to 10000 records (Lambda guide, msk-esm-parameters).',
  (mapping, { graph }) => {
    const size = number(graph, mapping, 'BatchSize') ?? 100;
    if (size >= 1 && size <= 10_000) return [];
    return [{ location: 'Properties.BatchSize', sentence: `BatchSize is ${size}: allowed are 1 to 10000` }];
  },
);

export const batchWindowIsAllowed = mappingRule(
  'batchWindowIsAllowed',
  'Lambda takes whole seconds from 0 to 300 (Lambda guide, invocation-eventsourcemapping).',
  (mapping, { graph }) => {
    const seconds = number(graph, mapping, 'MaximumBatchingWindowInSeconds') ?? 0;
    if (Number.isInteger(seconds) && seconds >= 0 && seconds <= 300) return [];
    const sentence = `MaximumBatchingWindowInSeconds is ${seconds}: allowed are whole seconds from 0 to 300`;
    return [{ location: 'Properties.MaximumBatchingWindowInSeconds', sentence }];
  },
);

export const everyRecordIsDelivered = mappingRule(
  'everyRecordIsDelivered',
  'Lambda drops what a filter leaves out and commits its offset: to whoever counts by offsets it looks like a loss (Lambda guide, kafka-filtering).',
  ({ node }, { graph }) =>
    graph.raw(node, 'FilterCriteria') === undefined
      ? []
      : [
          {
            location: 'Properties.FilterCriteria',
            sentence: 'FilterCriteria is set: let the function judge records',
          },
        ],
);

export const timeoutFitsTheMapping = mappingRule(
  'timeoutFitsTheMapping',
  'Behind a Kafka mapping a function may run for 14 minutes, not 15 (Lambda guide, with-msk-configure).',
  ({ function: handler }, { graph }) => {
    const seconds = handler === undefined ? 0 : Number(graph.at(handler, 'Timeout') || 3);
    if (handler === undefined || seconds <= 840) return [];
    const sentence = `Timeout is ${seconds} s behind a Kafka mapping: at most 840`;
    return [{ node: handler, location: 'Properties.Timeout', sentence }];
  },
);

export const givenUpBatchesAreKept = mappingRule(
  'givenUpBatchesAreKept',
  'With a limit on retries or age Lambda drops what it gives up and goes on (Lambda guide, kafka-retry-configurations).',
  (mapping, { graph }) => {
    if (destination(graph, mapping) !== '') return [];
    return ['MaximumRetryAttempts', 'MaximumRecordAgeInSeconds'].flatMap((path) => {
      const value = number(graph, mapping, path) ?? -1;
      const sentence = `${path} is ${value} without a destination on failure: set DestinationConfig, or -1`;
      return value === -1 ? [] : [{ location: `Properties.${path}`, sentence }];
    });
  },
);

export const responsesAreReadAsMeant = mappingRule(
  'responsesAreReadAsMeant',
  'A report of failures that the mapping does not read counts as success, and its records are gone (Lambda guide, kafka-retry-configurations).',
  ({ node, function: handler }, { graph, options }) => {
    const variable = options.partialResponsesVariable;
    if (variable === undefined || handler === undefined) return [];
    const reads = graph.list(node, 'FunctionResponseTypes').includes('ReportBatchItemFailures');
    const reports = functionOf(graph, handler).environment[variable] === 'true';
    if (reads === reports) return [];
    const sentence = `the mapping ${reads ? 'reads' : 'does not read'} partial responses, and ${variable} is ${reports ? 'true' : 'not true'}: set both or neither`;
    return [{ location: 'Properties.FunctionResponseTypes', sentence }];
  },
);

/** By what the destination's address begins with; `s3` needs the listing too. */
const actionsFor = (address: string): readonly string[] => {
  if (address.startsWith('kafka://')) return ['kafka-cluster:WriteData', 'kafka-cluster:DescribeTopic'];
  const service = /^AWS::(SQS|SNS|S3)::|^arn:[^:]*:(sqs|sns|s3):/.exec(address);
  const name = (service?.[1] ?? service?.[2] ?? '').toLowerCase();
  return (
    { sqs: ['sqs:SendMessage'], sns: ['sns:Publish'], s3: ['s3:PutObject', 's3:ListBucket'] }[name] ?? []
  );
};

export const givenUpBatchesCanBePut = mappingRule(
  'givenUpBatchesCanBePut',
  "The mapping puts them with the function's role (Lambda guide, kafka-on-failure, kafka-on-failure-destination).",
  (mapping, { graph }) => {
    const address = destination(graph, mapping);
    if (mapping.function === undefined || address === '') return [];
    const location = 'Properties.DestinationConfig';
    const topic = address.startsWith('kafka://') ? address.slice('kafka://'.length) : undefined;
    if (topic === mapping.topic) {
      return [
        { location, sentence: `given-up batches go to ${topic}, where they come from: name another topic` },
      ];
    }
    const target = graph.target(address);
    const resource = topic === undefined ? undefined : withinCluster(mapping.clusterArn, 'topic', topic);
    const wanted = actionsFor(target?.type ?? address);
    const lacked = functionOf(graph, mapping.function).rights.lacks(
      wanted.length > 0 ? wanted : actionsFor(address),
      resource,
    );
    return lacked.map((action) => ({
      location,
      sentence: `the function's role lacks ${action} for ${address}`,
    }));
  },
);

export const MAPPING_RULES: readonly PolicyRule[] = [
  optionsSuitThePollers,
  pollersAreARange,
  startsWhereNothingIsLost,
  batchSizeIsAllowed,
  batchWindowIsAllowed,
  everyRecordIsDelivered,
  timeoutFitsTheMapping,
  givenUpBatchesAreKept,
  responsesAreReadAsMeant,
  givenUpBatchesCanBePut,
];
