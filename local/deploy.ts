/** `npm run deploy [-- CDK arguments]`: deploys every stack into the account and region of your AWS credentials. */
import { answerHelp } from './help';
import { runTools } from './tools';

answerHelp(`npm run deploy [-- CDK arguments]

Deploys every stack, in order, into the account and region of your AWS credentials; where the first argument names a stack,
the named ones (for instance: npm run deploy -- dashboard). Needs Docker, for the image of the producer, and an
account that the CDK was bootstrapped in. Settings: cdk.json, as npm run synth -- --help says.

  --help   this text; all further arguments: npx cdk deploy --help`);
const further = process.argv.slice(2);
const isNamed = further[0] !== undefined && !further[0].startsWith('-');
process.exitCode = runTools([['aws-cdk/bin/cdk', 'deploy', ...(isNamed ? further : ['--all', ...further])]]);
