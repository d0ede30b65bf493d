/** From nothing to seven stacks, and that nothing is left to do then. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCOUNT, SIGNER } from '../aws';
import { MISSING_PERMISSION, plantFault } from '../plant';
import { expect, type Step } from '../step';

const deploy = ['deploy', '--require-approval', 'never', '--progress', 'events'];

const services: Step = {
  name: 'services',
  run: async ({ services: { front }, aws }) =>
    `Kafka behind ${front.address}, Redis with TLS, the emulator at ${aws.endpoint}`,
};

const synthesize: Step = {
  name: 'synth',
  run: async ({ cdk, assembly, variant }) => {
    const configuration = `clickstream=${JSON.stringify(variant.configuration)}`;
    await cdk.succeed(['synth', '--quiet', '--output', assembly, '-c', configuration]);
    return `${stacksIn(assembly).length} templates`;
  },
};

/** Names of the stacks as the CDK has them. */
function stacksIn(assembly: string): readonly string[] {
  const { artifacts } = JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')) as {
    readonly artifacts: Readonly<Record<string, { readonly type: string }>>;
  };
  return Object.entries(artifacts).flatMap(([name, { type }]) =>
    type === 'aws:cloudformation:stack' ? [name] : [],
  );
}

const bootstrap: Step = {
  name: 'bootstrap',
  run: async ({ cdk, assembly }) => {
    await cdk.succeed(['bootstrap', `aws://${ACCOUNT}/${SIGNER.region}`, '--app', assembly]);
    return 'the account is ready for the CDK';
  },
};

const refuse: Step = {
  name: 'a missing permission is refused',
  run: async ({ cdk, assembly, folder }) => {
    const copy = join(folder, 'cdk.out.missing-permission');
    plantFault(assembly, copy, MISSING_PERMISSION);
    const { exitCode, output } = await cdk.run([...deploy, MISSING_PERMISSION.stack, '--app', copy]);
    const said = /is not authorized to perform: (\S+)/.exec(output)?.[1];
    expect(exitCode !== 0, 'the deployment without kafka:GetBootstrapBrokers went through');
    expect(said === 'kafka:GetBootstrapBrokers', `it failed for another reason: see ${folder}/cdk.log`);
    expect(/ROLLBACK_COMPLETE/.test(output), 'what it had made was not taken back');
    return `without ${said}: refused, and taken back`;
  },
};

const deployAll: Step = {
  name: 'deploy',
  run: async (stage) => {
    const { cdk, assembly, folder } = stage;
    const file = join(folder, 'outputs.json');
    await cdk.succeed([...deploy, '--all', '--app', assembly, '--outputs-file', file]);
    stage.outputs = JSON.parse(readFileSync(file, 'utf8')) as typeof stage.outputs;
    expect(stage.output('Page') !== undefined, 'no stack has an output called Page');
    const { signedIn } = stage.services.front;
    const topics = await stage.services.admin.listTopics();
    return `${stacksIn(assembly).length} stacks; topics on the broker: ${topics.filter((topic) => !topic.startsWith('__')).join(', ')}; sign-ins by IAM token: ${signedIn}`;
  },
};

const deployAgain: Step = {
  name: 'deploy again',
  run: async ({ cdk, assembly }) => {
    const output = await cdk.succeed([...deploy, '--all', '--app', assembly]);
    const unchanged = output.match(/\(no changes\)/g)?.length ?? 0;
    const stacks = stacksIn(assembly).length;
    expect(unchanged === stacks, `${unchanged} of ${stacks} stacks say "no changes"`);
    return `no changes in ${unchanged} stacks`;
  },
};

const compare: Step = {
  name: 'diff and drift',
  run: async ({ cdk, assembly }) => {
    const diff = await cdk.succeed(['diff', '--app', assembly]);
    const differing = Number(/Number of stacks with differences: (\d+)/.exec(diff)?.[1] ?? Number.NaN);
    expect(differing === 0, `diff finds ${differing} stacks that differ`);
    const drift = await cdk.succeed(['drift', '--app', assembly]);
    const [, drifted, unchecked = '0'] =
      /resources with drift: (\d+)(?: \((\d+) unchecked\))?/.exec(drift) ?? [];
    expect(drifted === '0', `drift finds ${drifted} resources`);
    return `0 differences; 0 drifted, ${unchecked} resources unchecked by the emulator`;
  },
};

export const DEPLOYING: readonly Step[] = [
  services,
  synthesize,
  bootstrap,
  refuse,
  deployAll,
  deployAgain,
  compare,
];
