/** What a deploy would upload: the whole app is synthesized as `npm run synth` does it, and a function's asset is found by its template. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { composeStacks } from '../../lib/app';
import { repositoryAssets } from '../../lib/assets';
import { readConfiguration } from '../../lib/read-configuration';
import { type Resource, resourcesOf, type Template } from '../lib/synthesized';

export interface DeployedFunction {
  /** `nodejs22.x`. */
  readonly runtime: string;
  readonly handler: string;
  /** Names of its environment variables: values are known when it is deployed. */
  readonly variables: readonly string[];
  /** Copies the asset to a folder of the caller's own. */
  readonly copyTo: (folder: string) => void;
}

export class CdkOut {
  readonly folder = mkdtempSync(join(tmpdir(), 'clickstream-cdk-out-'));
  private readonly functions: ReadonlyMap<string, Resource>;

  constructor(differences: object) {
    process.env.CDK_VALIDATION = 'false';
    const app = new App({ outdir: this.folder });
    const configuration = readConfiguration({ clickstream: differences }, {});
    const bundles = join(this.folder, 'bundles');
    composeStacks(app, configuration, repositoryAssets(bundles, configuration.producer.architecture));
    const stacks = app.synth().stacks.map(({ template }) => template as Template);
    this.functions = new Map(
      stacks
        .flatMap((template) => resourcesOf(template, 'AWS::Lambda::Function'))
        .map((one) => [String(one.Properties.FunctionName), one]),
    );
  }

  /** `name`: FunctionName, less the deployment's own. */
  function(name: string): DeployedFunction {
    const found = this.functions.get(`clickstream-${name}`);
    if (found === undefined) throw new Error(`no function ${name} in ${[...this.functions.keys()]}`);
    const { Code, Runtime, Handler, Environment } = found.Properties as {
      readonly Code: { readonly S3Key: string };
      readonly Runtime: string;
      readonly Handler: string;
      readonly Environment: { readonly Variables: object };
    };
    const asset = join(this.folder, `asset.${Code.S3Key.replace(/\.zip$/, '')}`);
    return {
      runtime: Runtime,
      handler: Handler,
      variables: Object.keys(Environment.Variables),
      copyTo: (folder) => cpSync(asset, folder, { recursive: true }),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
