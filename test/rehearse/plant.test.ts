import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONSUMER_DESCRIPTION, MISSING_PERMISSION, plantFault, REFUSED_UPDATE } from '../../rehearse/plant';

const folder = mkdtempSync(join(tmpdir(), 'clickstream-plant-'));
const [assembly, copy] = [folder, join(`${folder}-copy`)];
afterAll(() => {
  for (const made of [assembly, copy]) rmSync(made, { recursive: true, force: true });
});

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const read = (file: string): string => readFileSync(file, 'utf8');

function writeAssembly(stack: string, resources: object): void {
  const template = JSON.stringify({ Resources: resources });
  writeFileSync(join(assembly, `${stack}.template.json`), template);
  writeFileSync(
    join(assembly, 'manifest.json'),
    JSON.stringify({ url: `s3://assets/${digest(template)}.json` }),
  );
  writeFileSync(
    join(assembly, `${stack}.assets.json`),
    JSON.stringify({ files: { [digest(template)]: {} } }),
  );
}

test('the permission is gone, and the copy is named by what it now holds', () => {
  const statement = { Effect: 'Allow', Action: 'kafka:GetBootstrapBrokers', Resource: 'arn' };
  const policy = { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: { Statement: [statement] } } };
  writeAssembly('stream', { Policy: policy });

  plantFault(assembly, copy, MISSING_PERMISSION);

  const planted = read(join(copy, 'stream.template.json'));
  expect(planted).not.toContain('kafka:GetBootstrapBrokers');
  for (const name of ['manifest.json', 'stream.assets.json']) {
    expect(read(join(copy, name))).toContain(digest(planted));
  }
  expect(read(join(assembly, 'stream.template.json'))).toContain('kafka:GetBootstrapBrokers');
});

test('an update that Lambda refuses changes something before it that has to be taken back', () => {
  const mapping = { Type: 'AWS::Lambda::EventSourceMapping', Properties: { BatchSize: 10_000 } };
  const consumer = { Type: 'AWS::Lambda::Function', Properties: { Description: CONSUMER_DESCRIPTION } };
  writeAssembly('consumer', { Mapping: mapping, Consumer: consumer });

  plantFault(assembly, copy, REFUSED_UPDATE);

  const planted = read(join(copy, 'consumer.template.json'));
  expect(planted).toContain('20000');
  expect(planted).not.toContain(CONSUMER_DESCRIPTION);
});

test.each([MISSING_PERMISSION, REFUSED_UPDATE])('a template without a place for it is an error', (fault) => {
  writeAssembly(fault.stack, { Topic: { Type: 'AWS::SNS::Topic', Properties: {} } });

  expect(() => plantFault(assembly, copy, fault)).toThrow(/no place for the planted fault/);
});
