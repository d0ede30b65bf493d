/** From cdk.json, file and environment to templates. A setting that cannot be used ends it with one line, not with a stack trace. */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { ConfigurationError } from '../pipeline/settings';
import { composeStacks } from './app';
import { repositoryAssets } from './assets';
import { readConfiguration } from './read-configuration';

/** Returns the exit code. */
export function synthesize(): number {
  const app = new App();
  try {
    const context = (key: string): unknown => app.node.tryGetContext(key);
    const configuration = readConfiguration(
      {
        clickstream: context('clickstream'),
        configuration: context('configuration'),
        preset: context('preset'),
      },
      process.env,
    );
    composeStacks(
      app,
      configuration,
      repositoryAssets(join('dist', 'lambdas'), configuration.producer.architecture),
    );
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    return 1;
  }
  app.synth();
  return 0;
}
