/** Templates of all stacks, as cdk.json's flags make them, with stand-ins for what only a deploy needs. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { composeStacks, type Stacks } from '../../lib/app';
import { readConfiguration } from '../../lib/read-configuration';
import { remembered } from '../support/remembered-synthesis';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly UpdateReplacePolicy?: string;
  readonly DeletionPolicy?: string;
}

export interface Output {
  readonly Value: unknown;
  readonly Export?: { readonly Name: string };
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, Output>>;
}

export type StackName = Exclude<keyof Stacks, 'edge'>;
/** `edge` is there where CloudFront has a firewall. */
export type Templates = Readonly<Record<StackName, Template>> & { readonly edge?: Template };

export interface Synthesis {
  readonly templates: Templates;
  /** Stacks that are deployed before each, and destroyed after it. */
  readonly dependencies: Readonly<Record<StackName, readonly StackName[]>>;
  /** What CDK's own validator, annotations and cdk-nag find; empty is good. Of cdk-nag only where it is validated. */
  readonly findings: readonly string[];
}

const cdkJson: { readonly context: Readonly<Record<string, unknown>> } = JSON.parse(
  readFileSync(join(__dirname, '../../cdk.json'), 'utf8'),
);

export const stackNames: readonly StackName[] = [
  'network',
  'stream',
  'store',
  'producer',
  'consumer',
  'dashboard',
  'monitoring',
];

/** As synthesizeStacks, with CDK's own CloudFormation validator (@aws/cloudformation-validate), which takes most of the time and throws for its errors, and cdk-nag. */
export function validateStacks(differences: object): Synthesis {
  return synthesize(differences, 'true');
}

/** `differences`: as in cdk.json, for example `{ preset: 'prod', store: { type: 'nodes' } }`. */
export function synthesizeStacks(differences: object): Synthesis {
  return synthesize(differences, 'false');
}

function synthesize(differences: object, validation: 'true' | 'false'): Synthesis {
  return remembered({ differences, validation }, () => synthesizeAnew(differences, validation));
}

/** All that any layer says of the app after `plant` has changed its constructs. */
export function findingsOfPlanted(differences: object, plant: (app: App) => void): string {
  process.env.CDK_VALIDATION = 'true';
  const outdir = mkdtempSync(join(tmpdir(), 'clickstream-planted-'));
  try {
    const app = compose(differences, outdir);
    plant(app);
    try {
      app.synth();
      return [...validatorFindings(outdir), ...nagFindings(app)].join('\n');
    } catch (error) {
      return [(error as Error).message, ...nagFindings(app)].join('\n');
    }
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function compose(differences: object, outdir: string): App {
  const app = new App({ outdir, context: { ...cdkJson.context } });
  composeStacks(app, readConfiguration({ clickstream: differences }), {
    code: () => Code.fromInline('exports.handler = async () => {};'),
    producerImage: ContainerImage.fromRegistry('producer-stand-in'),
  });
  return app;
}

function synthesizeAnew(differences: object, validation: 'true' | 'false'): Synthesis {
  process.env.CDK_VALIDATION = validation;
  const outdir = mkdtempSync(join(tmpdir(), 'clickstream-synth-'));
  try {
    const app = compose(differences, outdir);
    const assembly = app.synth();
    const made = app.node.tryFindChild('edge') === undefined ? stackNames : [...stackNames, 'edge' as const];
    const templates = Object.fromEntries(
      made.map((name) => [name, assembly.getStackArtifact(artifactOf(app, name)).template]),
    ) as unknown as Templates;
    const annotations = assembly.stacks.flatMap((stack) =>
      stack.messages.filter(({ level }) => level !== 'info').map(({ entry }) => String(entry.data)),
    );
    const ids = new Map(stackNames.map((name) => [artifactOf(app, name), name]));
    const dependencies = Object.fromEntries(
      stackNames.map((name) => [
        name,
        assembly.getStackArtifact(artifactOf(app, name)).dependencies.flatMap(({ id }) => ids.get(id) ?? []),
      ]),
    ) as unknown as Synthesis['dependencies'];
    return {
      templates,
      dependencies,
      findings: [
        ...annotations,
        ...validatorFindings(outdir),
        ...(validation === 'true' ? nagFindings(app) : []),
      ],
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What no construct has accepted with a reason (lib/constructs/accepted-findings.ts). */
function nagFindings(app: App): readonly string[] {
  return [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
      ),
  );
}

function validatorFindings(outdir: string): readonly string[] {
  const file = join(outdir, 'validation-report.json');
  if (!existsSync(file)) return [];
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly pluginReports: readonly { readonly violations: readonly { readonly description: string }[] }[];
  };
  return report.pluginReports.flatMap(({ violations }) => violations.map(({ description }) => description));
}

function artifactOf(app: App, name: keyof Stacks): string {
  const stack = app.node.findChild(name) as unknown as { readonly artifactId: string };
  return stack.artifactId;
}

export function resourcesOf(template: Template, type: string): readonly Resource[] {
  return Object.values(template.Resources).filter(({ Type }) => Type === type);
}

export function onlyResource(template: Template, type: string): Resource {
  const [first, ...others] = resourcesOf(template, type);
  if (first === undefined || others.length > 0) throw new Error(`expected one ${type}`);
  return first;
}

/** What somebody has already, as a configuration names it: each can be spread over `network`, `stream` and `store`. */
export const ADOPTED = {
  network: {
    vpcId: 'vpc-0a1b2c3d4e5f67890',
    zoneCount: 3,
    zoneNames: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    subnetIds: ['subnet-0a1b2c3d4e5f67890', 'subnet-0a1b2c3d4e5f67891', 'subnet-0a1b2c3d4e5f67892'],
    publicSubnetIds: ['subnet-0a1b2c3d4e5f67893', 'subnet-0a1b2c3d4e5f67894', 'subnet-0a1b2c3d4e5f67895'],
    routeTableIds: ['rtb-0a1b2c3d4e5f67890'],
  },
  stream: {
    clusterArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f-7',
    securityGroupId: 'sg-0a1b2c3d4e5f67890',
  },
  store: {
    url: 'rediss+cluster://counts-0a1b2c.serverless.euw1.cache.amazonaws.com:6379',
    secretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:counts-AbCdEf',
    securityGroupId: 'sg-0a1b2c3d4e5f67891',
    cacheName: 'counts',
  },
} as const;
