/** What goes wrong is taken back, and what is destroyed leaves nothing. */
import { join } from 'node:path';
import { describeFunction } from '../deployed-function';
import { readSnapshot } from '../deployed-page';
import { listDeployed } from '../left-overs';
import { CONSUMER_DESCRIPTION, plantFault, REFUSED_UPDATE } from '../plant';
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

/** Of each deployment, whatever the variant: where the list of one is empty before, it has not been asked for rightly. */
const alwaysThere = ['stack', 'export', 'role', 'function', 'event source mapping', 'log group', 'user pool'];

/** By which API Gateway writes logs: one for all APIs of the account, so it is kept (docs/deploy.md, Tear down). */
const keptRole = /-FrontApiCloudWatchRole/;

const destroy: Step = {
  name: 'destroy',
  run: async (stage) => {
    const before = await listDeployed(stage);
    const unseen = alwaysThere.filter((kind) => !before.has(kind));
    expect(unseen.length === 0, `before it is destroyed nothing is seen of: ${unseen.join(', ')}`);
    await stage.cdk.succeed(['destroy', '--all', '--force', '--app', stage.assembly]);
    const all = [...(await listDeployed(stage))].flatMap(([kind, names]) =>
      names.map((name) => `${kind} ${name}`),
    );
    const left = all.filter((thing) => !keptRole.test(thing));
    expect(left.length === 0, `left: ${left.join(', ')}`);
    const count = [...before.values()].reduce((sum, names) => sum + names.length, 0);
    return `${count} things of ${before.size} kinds were there, none is left but the account's role for logs: ${[...before.keys()].join(', ')}`;
  },
};

export const ENDING: readonly Step[] = [rollBack, destroy];
