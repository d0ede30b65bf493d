/**
 * The real assets: handlers bundled on the spot, and the image that a deploy builds from the repository's Dockerfile. What
 * the image is made of, and so what makes it a new one, .dockerignore says.
 */
import { join, resolve } from 'node:path';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleHandler } from '../bundle';
import type { Assets } from './app';

/** `outdir`: where bundles go, a folder a handler. `architecture`: of the tasks. Runs in the repository's root; builds no image, needs no Docker. */
export function repositoryAssets(outdir: string, architecture: 'ARM64' | 'X86_64'): Assets {
  return {
    code: (handler) => {
      const folder = join(outdir, handler);
      bundleHandler(handler, folder);
      return Code.fromAsset(folder);
    },
    producerImage: ContainerImage.fromAsset(resolve('.'), {
      file: 'Dockerfile',
      target: 'producer',
      platform: architecture === 'ARM64' ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
    }),
  };
}
