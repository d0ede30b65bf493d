/**
 * `npm run localstack`: deploys into LocalStack, for those who have a licence. The image is run as it is published, and gets the token of
 * whoever runs it. Docs, and what nobody has tried: docs/rehearsal.md.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { answerHelp } from '../local/help';
import { runCommand } from '../local/run-command';
import { type CommandRunner, commandRunner, succeeded } from '../local/services/command-runner';
import { onStopSignal } from '../local/shutdown';
import {
  containerArguments,
  localstackEndpoint,
  localstackEnvironment,
  localstackName,
  missingForLocalstack,
} from './localstack-setup';

const askMs = { timeoutMs: 30_000 };
/** The image has about a gigabyte. */
const pullMs = { timeoutMs: 20 * 60_000 };
const readyMsMax = 180_000;
const stopMsMax = 60_000;

answerHelp(`npm run localstack [-- CDK arguments]

Starts LocalStack in Docker on 127.0.0.1:4566, and bootstraps and deploys every stack into it, as cdklocal does. LocalStack needs a token
of yours (LOCALSTACK_AUTH_TOKEN), and MSK, ElastiCache and ECS are parts of its paid plans. Runs until Ctrl-C, which removes the container
and all that was deployed. Without a licence: npm run rehearse. Settings: cdk.json, as npm run synth -- --help says.

  --help   this text; all further arguments: npx cdk deploy --help`);

/** Runs the CDK in this terminal; its exit code. */
function runCdk(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join('node_modules', 'aws-cdk', 'bin', 'cdk'), ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...localstackEnvironment },
  });
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

async function untilReady(): Promise<boolean> {
  const deadlineMs = Date.now() + readyMsMax;
  while (Date.now() < deadlineMs) {
    const answer = await fetch(`${localstackEndpoint}/_localstack/health`).catch(() => undefined);
    if (answer?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  return false;
}

async function startContainer(runner: CommandRunner): Promise<string | undefined> {
  const started = await runner.run('docker', containerArguments, pullMs);
  if (!succeeded(started)) {
    const said = started.kind === 'ended' ? started.stderr.trim().split('\n').at(-1) : started.kind;
    return `LocalStack's image cannot be run: ${said}`;
  }
  if (await untilReady()) return undefined;
  const logs = await runner.run('docker', ['logs', '--tail', '3', localstackName], askMs);
  const said = logs.kind === 'ended' ? `${logs.stdout}${logs.stderr}`.trim() : logs.kind;
  return `LocalStack is not ready after ${readyMsMax / 1_000} s (is the token one of a plan that is paid?): ${said}`;
}

async function main(): Promise<number> {
  const docker = await commandRunner.run('docker', ['info', '--format', '{{.ServerVersion}}'], askMs);
  const missing = missingForLocalstack(process.env, docker);
  if (missing !== undefined) {
    console.error(missing);
    return 1;
  }
  const remove = async (): Promise<void> => {
    await commandRunner.run('docker', ['rm', '--force', localstackName], askMs);
  };
  onStopSignal(remove, stopMsMax);
  console.log('Starting LocalStack (the first time Docker fetches the image) ...');
  const fault = await startContainer(commandRunner);
  if (fault !== undefined) {
    console.error(fault);
    await remove();
    return 1;
  }
  const further = process.argv.slice(2);
  const account = `aws://${localstackEnvironment.CDK_DEFAULT_ACCOUNT}/${localstackEnvironment.AWS_REGION}`;
  const commands = [
    ['bootstrap', account],
    ['deploy', '--all', '--require-approval', 'never', ...further],
  ];
  for (const command of commands) {
    const exitCode = await runCdk(command);
    if (exitCode === 0) continue;
    await remove();
    return exitCode;
  }
  console.log(`Deployed into LocalStack at ${localstackEndpoint} until Ctrl-C`);
  await new Promise((resolve) => setInterval(resolve, 1 << 30));
  return 0;
}

runCommand(main);
