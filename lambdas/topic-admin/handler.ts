/** Custom resource: the topic of events on MSK Serverless, where no other API makes one. Called by CDK's provider framework. */
import { kafkaClient, readStreamConfig } from '../../pipeline/stream/kafka-client';
import { structuredLog } from '../structured-log';
import { describeDifferences, provideTopic } from './provide-topic';

export interface TopicRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
}

export interface TopicAnswer {
  readonly PhysicalResourceId: string;
  /** What differs of a topic that was there, for a person to read; `none` is good. */
  readonly Data?: { readonly differences: string };
}

const log = structuredLog('topic-admin');
const config = readStreamConfig(process.env);

/** Deleting leaves the topic: it goes with its cluster, and never because a template was changed. */
export async function handler(request: TopicRequest): Promise<TopicAnswer> {
  const answer = { PhysicalResourceId: config.topic };
  if (request.RequestType === 'Delete') return answer;
  const report = await provideTopic(kafkaClient(config, 'topic-admin'), config, log);
  return { ...answer, Data: { differences: describeDifferences(report) } };
}
