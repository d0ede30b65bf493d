/** `npm run deploy [-- CDK arguments]`: deploys every stack into the account and region of your AWS credentials. */
import { runTools } from './tools';

const further = process.argv.slice(2);
process.exitCode = runTools([['aws-cdk/bin/cdk', 'deploy', ...(further.length > 0 ? further : ['--all'])]]);
