/**
 * Stands in for Lambda's event source mapping of an MSK topic: reads the topic as a consumer group and invokes a function with MSK
 * events, in order within a partition, at least once, by Lambda's rules for retries, partial responses and failures. It needs nothing of
 * clickstream, and the function gets nothing but JSON.
 *
 *     const source = startEventSource({
 *       kafka, topic: 'clicks', groupId: 'mine', bootstrapServers: 'localhost:9092', functionName: 'mine',
 *       invoker: functionInvoker(handler, 'mine', 60_000),
 *       mode: 'provisioned', reportBatchItemFailures: true, maximumRetryAttempts: 3,
 *       onFailure: { kind: 'kafka_topic', topic: 'failed-clicks' },
 *     });
 *     await source.started;
 *     await source.stop(5_000);
 *
 * The options are those of mapping-options.ts; the rules, with their sources and what is in doubt, are on docs/event-source.md.
 * group-member.ts fetches, poller.ts delivers, delivery-plan.ts decides.
 */
import type { Kafka } from 'kafkajs';
import type { GivenUp } from './delivery-plan';
import { openableDestination } from './destination';
import { eventOf } from './failure-record';
import { GroupMember } from './group-member';
import type { Invoker } from './invoker';
import { type MappingOptions, readMapping } from './mapping-options';
import type { QueuedRecord } from './record-queue';
import type { InvocationReport } from './report';

export interface EventSourceOptions extends MappingOptions {
  readonly kafka: Kafka;
  /** Several sources of one group share the partitions, in one process or in many. */
  readonly groupId: string;
  /** It must exist. */
  readonly topic: string;
  readonly invoker: Invoker;
  /** How the function is called in the records of failures. */
  readonly functionName: string;
  /** Stands in the event as `bootstrapServers`. */
  readonly bootstrapServers: string;
  /** After it the group gives the partitions of a source that died to others, milliseconds. Default 3,000; 6,000 where the broker allows no less. */
  readonly sessionTimeoutMs?: number | undefined;
  /** Told of every invocation. */
  readonly observe?: ((report: InvocationReport) => void) | undefined;
  /** Told of records that are given up, before they go to the destination; without one they are dropped. */
  readonly onGivenUp?: ((givenUp: GivenUp<QueuedRecord>) => void) | undefined;
  /** Told whenever the group has answered a heartbeat. */
  readonly onGroupHeartbeat?: (() => void) | undefined;
}

export interface EventSource {
  /** Resolves when the group was joined for the first time; rejects with OptionRefusedError where the destination can never be used. */
  readonly started: Promise<void>;
  /** Lets invocations in flight end, commits them, and leaves the group; gives up after `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

const eventSourceArn =
  'arn:aws:kafka:local:000000000000:cluster/local/00000000-0000-0000-0000-000000000000-1';
/** Of a synchronous invocation (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html); a mapping cannot change it. */
const payloadBytesMax = 6 * 1024 * 1024;
/** Short, so that a source that was killed is replaced soon. */
export const sessionTimeoutMsDefault = 3_000;

/** Returns at once; where Kafka is away, the source starts when it is back. Throws OptionRefusedError. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const { kafka, topic, bootstrapServers } = options;
  const mapping = readMapping(topic, options);
  const origin = { eventSourceArn, bootstrapServers };
  const member = new GroupMember({
    kafka,
    groupId: options.groupId,
    sessionTimeoutMs: options.sessionTimeoutMs ?? sessionTimeoutMsDefault,
    topic,
    mapping,
    origin,
    invoker: options.invoker,
    functionName: options.functionName,
    destination: mapping.onFailure && openableDestination(kafka, mapping.onFailure),
    payloadBytesMax: payloadBytesMax - Buffer.byteLength(eventOf(origin, topic, [])),
    observe: options.observe ?? (() => {}),
    onGivenUp: options.onGivenUp ?? (() => {}),
    onGroupHeartbeat: options.onGroupHeartbeat ?? (() => {}),
  });
  member.start();
  return member;
}
