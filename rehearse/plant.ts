/**
 * Faults for the rehearsal to find: a copy of the synthesized templates in which one has been changed, and what names it by its content
 * has been renamed. The copy is deployed in place of the whole.
 */
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RehearsalError } from './rehearsal-error';

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

export interface Template {
  readonly Resources: Record<string, Resource>;
}

export interface Fault {
  /** Of the stack, as the CDK calls it: `stream`. */
  readonly stack: string;
  /** Changes the template in place; answers whether there was something to change. */
  readonly plant: (template: Template) => boolean;
}

interface Statement {
  readonly Action: string | readonly string[];
}

/** The function that asks for the brokers' addresses may no longer ask. */
export const MISSING_PERMISSION: Fault = {
  stack: 'stream',
  plant: ({ Resources }) => {
    const action = 'kafka:GetBootstrapBrokers';
    for (const { Type, Properties } of Object.values(Resources)) {
      if (Type !== 'AWS::IAM::Policy') continue;
      const document = Properties.PolicyDocument as { Statement: Statement[] };
      const statement = document.Statement.find(({ Action }) => [Action].flat().includes(action));
      if (statement === undefined) continue;
      // A policy must have a statement: it gets one that allows something else.
      Object.assign(statement, { Action: 'kafka:ListClusters' });
      return true;
    }
    return false;
  },
};

/** More records in a batch than Lambda takes; and a change before it, that has to be taken back. */
export const REFUSED_UPDATE: Fault = {
  stack: 'consumer',
  plant: ({ Resources }) => {
    const all = Object.values(Resources);
    const mapping = all.find(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping');
    const consumer = all.find(({ Properties }) => Properties?.Description === CONSUMER_DESCRIPTION);
    if (mapping === undefined || consumer === undefined) return false;
    mapping.Properties.BatchSize = 20_000;
    consumer.Properties.Description = 'not as it should be';
    return true;
  },
};

export const CONSUMER_DESCRIPTION = 'Counts events of the topic into the store';

/** `assembly`: folder of the synthesized templates. Throws RehearsalError where there is nothing to plant the fault in. */
export function plantFault(assembly: string, copy: string, fault: Fault): void {
  rmSync(copy, { recursive: true, force: true });
  cpSync(assembly, copy, { recursive: true });
  const file = join(copy, `${fault.stack}.template.json`);
  const before = readFileSync(file, 'utf8');
  const template = JSON.parse(before) as Template;
  if (!fault.plant(template)) throw new RehearsalError(`${file} has no place for the planted fault`);
  const after = JSON.stringify(template, undefined, 1);
  writeFileSync(file, after);
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  for (const name of readdirSync(copy).filter((entry) => /^manifest\.json$|\.assets\.json$/.test(entry))) {
    const manifest = join(copy, name);
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replaceAll(digest(before), digest(after)));
  }
}
