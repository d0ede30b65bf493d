/** The CDK application: see cdk.json for its configuration, lib/config.ts for every setting. */
import { synthesize } from '../lib/synthesize';

process.exitCode = synthesize();
