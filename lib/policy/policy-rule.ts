/** A rule over all templates of an app. Its name says what holds where it is silent. */
import type { Node, TemplateGraph } from './template-graph';

export interface PolicyRule {
  /** A statement in camel case; the id to acknowledge it by. */
  readonly name: string;
  /** What happens where it does not hold, and where that is written. */
  readonly why: string;
  readonly check: (app: AppUnderJudgement) => readonly Finding[];
}

export interface Finding {
  readonly node: Node;
  /** Property, such as `Properties.Timeout`. */
  readonly location: string;
  /** One sentence: what, the value, what is allowed. */
  readonly sentence: string;
}

export interface AppUnderJudgement {
  readonly graph: TemplateGraph;
  readonly options: PolicyOptions;
}

/** What templates do not say. All of it may be left out: then rules judge what they can see. */
export interface PolicyOptions {
  /** What each program does with Kafka, so that each missing right is found. Default: none; rights are then checked for belonging together. */
  readonly kafkaClients?: readonly KafkaClient[];
  /** What functions behind custom resources call. CDK's AwsCustomResource says so itself. Default: none. */
  readonly customResources?: readonly CustomResourceCalls[];
  /** Shortest retention of a topic in milliseconds: how long it may take until a stopped consumer goes on. Default: 3 days. */
  readonly retentionMsMin?: number;
  /** Environment variable by which handlers know that the mapping reads their partial responses, `true` or `false`. Default: not judged. */
  readonly partialResponsesVariable?: string;
}

export type KafkaUse = 'write' | 'read' | 'administer' | 'watchGroup';

export interface KafkaClient {
  /** FunctionName of a function, or Family of a task definition, or its logical ID. */
  readonly program: string;
  readonly uses: readonly KafkaUse[];
  readonly topic: string;
  /** Consumer group; for `watchGroup`. */
  readonly group?: string;
}

export interface CustomResourceCalls {
  /** Such as `Custom::BootstrapBrokers`. */
  readonly type: string;
  readonly actions: readonly string[];
  /** Property of the custom resource that holds the ARN of what is called. Default: any resource will do. */
  readonly resourceProperty?: string;
}

export const retentionMsMinDefault = 3 * 24 * 60 * 60 * 1000;
