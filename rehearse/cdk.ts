/** The CDK's own command line, as `npm run deploy` runs it, with the emulator where AWS would be. */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../local/supervisor/run-file';
import { ACCOUNT, SIGNER } from './aws';
import { RehearsalError } from './rehearsal-error';

export interface CdkOptions {
  /** Of logs, and what the CDK remembers of accounts. */
  readonly folder: string;
  readonly endpoint: string;
  readonly certFile: string;
  /** Told of each command: where the rehearsal is killed, the next one ends it. */
  readonly record: Pick<RunRecord, 'note'>;
}

export interface CdkOutcome {
  readonly exitCode: number;
  readonly output: string;
}

const commandMsMax = 15 * 60_000;
const cdkProgram = join('node_modules', 'aws-cdk', 'bin', 'cdk');

export class Cdk {
  private running: ReturnType<typeof spawn> | undefined;

  constructor(private readonly options: CdkOptions) {}

  /** What reaches a program that is told where AWS is and who it is. */
  get environment(): Readonly<Record<string, string>> {
    const { endpoint, certFile } = this.options;
    return {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: SIGNER.accessKeyId,
      AWS_SECRET_ACCESS_KEY: SIGNER.secretAccessKey,
      AWS_REGION: SIGNER.region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CA_BUNDLE: certFile,
      NODE_EXTRA_CA_CERTS: certFile,
    };
  }

  /** `settings`: of the configuration, by environment variables, where it synthesizes. */
  run(args: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<CdkOutcome> {
    const { folder } = this.options;
    const log = join(folder, 'cdk.log');
    appendFileSync(log, `\n$ cdk ${args.join(' ')}\n`);
    const child = spawn(process.execPath, [cdkProgram, ...args, '--no-notices'], {
      env: {
        PATH: process.env.PATH,
        HOME: join(folder, 'home'),
        CDK_HOME: join(folder, 'home'),
        CDK_DEFAULT_ACCOUNT: ACCOUNT,
        CDK_DEFAULT_REGION: SIGNER.region,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        CI: 'true',
        ...this.environment,
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: commandMsMax,
    });
    this.running = child;
    this.options.record.note({ pid: child.pid, spec: { name: 'cdk', mark: cdkProgram } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => {
        output += part.toString();
        appendFileSync(log, part);
      });
    }
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
    });
  }

  /** Throws RehearsalError where it does not end well. */
  async succeed(args: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<string> {
    const { exitCode, output } = await this.run(args, settings);
    if (exitCode === 0) return output;
    throw new RehearsalError(`cdk ${args[0]} ended with exit code ${exitCode}: ${complaintIn(output)}`);
  }

  stop(): void {
    this.running?.kill('SIGKILL');
  }
}

/** The line that says most: what failed, else the last one. */
export function complaintIn(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const failed = lines.find((line) => /CREATE_FAILED|UPDATE_FAILED|DELETE_FAILED/.test(line));
  const last = lines.filter((line) => line !== '').at(-1) ?? 'it says nothing';
  return (failed ?? lines.find((line) => /error|fail/i.test(line)) ?? last).slice(0, 400);
}
