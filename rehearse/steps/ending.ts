/** What goes wrong is taken back, and what is destroyed leaves nothing. */
import { join } from 'node:path';
import { describeFunction } from '../deployed-function';
import { readSnapshot } from '../deployed-page';
import { CONSUMER_DESCRIPTION, plantFault, REFUSED_UPDATE } from '../plant';
import type { Stage } from '../stage';
import { expect, type Step } from '../step';

const rollBack: Step = {
  name: 'a failing update is taken back',
  run: async (stage) => {
    const { cdk, assembly, folder } = stage;
    const copy = join(folder, 'cdk.out.refused-update');
    plantFault(assembly, copy, REFUSED_UPDATE);
    const asked = [
      'deploy',
      REFUSED_UPDATE.stack,
      '--exclusively',
      '--require-approval',
      'never',
      '--progress',
      'events',
    ];
    const { exitCode, output } = await cdk.run([...asked, '--app', copy]);
    expect(exitCode !== 0, 'an update that Lambda refuses went through');
    // The CDK cuts the word to its column.
    expect(/UPDATE_ROLLBACK_COMPLET/.test(output), `it was not rolled back: see ${folder}/cdk.log`);
    const { Description } = await describeFunction(stage, 'consumer');
    expect(Description === CONSUMER_DESCRIPTION, `the consumer is left as ${JSON.stringify(Description)}`);
    await readSnapshot(stage);
    return 'UPDATE_ROLLBACK_COMPLETE; the consumer is as it was, the dashboard answers';
  },
};

/** What is still there, by kind; the CDK's own stack stays. */
async function leftOvers({ aws, services }: Stage): Promise<string[]> {
  const named = (kind: string, names: readonly unknown[]): string[] =>
    names
      .map(String)
      .filter((name) => /clickstream/.test(name))
      .map((name) => `${kind} ${name}`);
  const xmlValues = (xml: string, tag: string): string[] =>
    [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, value]) => value ?? '');
  const cloudformation = (action: string): Promise<string> =>
    aws.query('cloudformation', '2010-05-15', action);
  const stacks = xmlValues(await cloudformation('DescribeStacks'), 'StackName');
  const exported = xmlValues(await cloudformation('ListExports'), 'Name');
  const roles = xmlValues(await aws.query('iam', '2010-05-08', 'ListRoles'), 'RoleName');
  const functions = await aws.ask('lambda', 'GET', '/2015-03-31/functions/');
  const { Functions } = JSON.parse(functions.body.toString()) as {
    readonly Functions: { FunctionName: string }[];
  };
  const logs = await aws.command<{ readonly logGroups: { logGroupName: string }[] }>(
    'logs',
    'Logs_20140328.DescribeLogGroups',
    {},
  );
  const pools = await aws.command<{ readonly UserPools: { Name: string }[] }>(
    'cognito-idp',
    'AWSCognitoIdentityProviderService.ListUserPools',
    { MaxResults: 60 },
  );
  const users = (await services.redis.call('ACL', 'USERS')) as string[];
  return [
    ...named('stack', stacks),
    ...named('export', exported),
    ...named('role', roles),
    ...named(
      'function',
      Functions.map(({ FunctionName }) => FunctionName),
    ),
    ...named(
      'log group',
      logs.logGroups.map(({ logGroupName }) => logGroupName),
    ),
    ...named(
      'user pool',
      pools.UserPools.map(({ Name }) => Name),
    ),
    ...named('user of the cache', users),
  ];
}

const destroy: Step = {
  name: 'destroy',
  run: async (stage) => {
    await stage.cdk.succeed(['destroy', '--all', '--force', '--app', stage.assembly]);
    const left = await leftOvers(stage);
    expect(left.length === 0, `left: ${left.join(', ')}`);
    return 'no stack, export, role, function, log group, user pool or user of the cache is left';
  },
};

export const ENDING: readonly Step[] = [rollBack, destroy];
