/** `npm run synth`: every stack as a CloudFormation template in cdk.out/. Arguments go to the CDK. */
import { runTools } from './tools';

process.exitCode = runTools([['aws-cdk/bin/cdk', 'synth', '--quiet', ...process.argv.slice(2)]]);
