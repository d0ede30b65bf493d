/**
 * What cdk-nag or lib/policy finds and is meant so. Each stands on the construct that it is about, with its reason;
 * test/lib/stacks.test.ts holds what is left to nothing.
 */
import { type CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** `reasons`: by the rule's id, as cdk-nag prints it. They hold for all that is within the construct. */
export function acceptFindings(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}

/** A role that has a policy of AWS' own. */
export function managedPolicy(name: string): string {
  return `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${name}]`;
}

/** A role that may do `*` at the end of what a resource's ARN begins with. */
export function below(resource: IConstruct, end: string): string {
  const element = resource.node.defaultChild as CfnResource;
  return `AwsSolutions-IAM5[Resource::<${Stack.of(resource).resolve(element.logicalId)}.Arn>${end}]`;
}

/** CDK's framework function of a custom resource: it runs while a stack is deployed, and is made by CDK. */
export function acceptProvider(provider: IConstruct, handler: LambdaFunction): void {
  const deployFails = 'it runs while a stack is deployed, which fails and says so';
  acceptFindings(provider, {
    [managedPolicy('AWSLambdaBasicExecutionRole')]: 'the role is made by CDK, and may write logs',
    [below(handler, ':*')]: 'any version of the one function that it calls',
    'Serverless-LambdaDLQ': deployFails,
    'Serverless-LambdaDefaultMemorySize': 'CDK sets none; it waits for another function',
    'Serverless-LambdaTracing': deployFails,
  });
}
