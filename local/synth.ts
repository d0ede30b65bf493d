/** `npm run synth`: every stack as a CloudFormation template in cdk.out/. Arguments go to the CDK. */
import { answerHelp } from './help';
import { runTools } from './tools';

answerHelp(`npm run synth [-- CDK arguments]

Every stack as a CloudFormation template in cdk.out/. Needs no AWS account. What is deployed, and in which size, is set in
cdk.json, under context.clickstream, in a file and in the environment: a preset (dev, prod) and what differs from it
(docs/configuration.md has every setting). A combination that a deploy would refuse stops here, by name.

  -c preset=prod          another preset for this run
  -c configuration=FILE   a JSON file that wins over cdk.json
  --help                  this text; all further arguments: npx cdk synth --help`);
process.exitCode = runTools([['aws-cdk/bin/cdk', 'synth', '--quiet', ...process.argv.slice(2)]]);
