/** A function as Lambda knows it, and a call of it. */
import type { Stage } from './stage';
import { expect } from './step';

export interface FunctionDescription {
  readonly Description?: string;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

/** `handler`: its folder under lambdas/. */
export const functionName = (handler: string): string => `clickstream-${handler}`;

export async function describeFunction(stage: Stage, handler: string): Promise<FunctionDescription> {
  const path = `/2015-03-31/functions/${functionName(handler)}/configuration`;
  return JSON.parse((await stage.aws.ask('lambda', 'GET', path)).body.toString()) as FunctionDescription;
}

/** What it answers. Throws RehearsalError where it fails. */
export async function callFunction<Answer>(stage: Stage, handler: string): Promise<Answer> {
  const path = `/2015-03-31/functions/${functionName(handler)}/invocations`;
  const answer = await stage.aws.ask('lambda', 'POST', path, '{}');
  const text = answer.body.toString();
  expect(answer.headers['x-amz-function-error'] === undefined, `${handler} fails: ${text.slice(0, 300)}`);
  return JSON.parse(text) as Answer;
}
