/** The emulator, started by launcher.py: its environment is all that it and the functions in it know of this machine. */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ControlledProcess } from '../faults/controlled-process';
import type { RunRecord } from '../local/supervisor/run-file';
import { Aws } from './aws';
import type { Certificate } from './certificate';
import type { Tools } from './python-tools';
import { RehearsalError } from './rehearsal-error';
import { CACHE_PORT } from './secure-redis';

export interface EmulatorOptions {
  readonly folder: string;
  readonly tools: Tools;
  readonly port: number;
  readonly certificate: Certificate;
  /** `host:port` of the brokers' IAM listener. */
  readonly brokers: string;
  readonly redis: { readonly host: string; readonly password: string };
  /** Bundles of inside/. */
  readonly programs: { readonly fetchToEmulator: string; readonly changeTopic: string };
  /** `host:port` of the broker itself, where MSK makes topics. */
  readonly plainBroker: string;
  readonly record: RunRecord;
}

const readyWithinMs = 180_000;
const stopWithinMs = 2_000;

function environment(options: EmulatorOptions): Readonly<Record<string, string>> {
  const { folder, tools, port, certificate, redis, programs } = options;
  return {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    S3_DATA_DIR: join(folder, 's3'),
    STATE_DIR: join(folder, 'state'),
    PYTHONDONTWRITEBYTECODE: '1',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: 'localhost',
    USE_SSL: '1',
    MINISTACK_SSL_CERT: certificate.certFile,
    MINISTACK_SSL_KEY: certificate.keyFile,
    // Every request is judged by the policies of who sends it.
    AUTH: 'true',
    LAMBDA_EXECUTOR: 'local',
    DOCKER_HOST: 'unix:///nonexistent.sock',
    // What functions trust, and where their runtime keeps the SDK.
    NODE_EXTRA_CA_CERTS: certificate.certFile,
    NODE_PATH: tools.sdkFolder,
    MINISTACK_MSK_BOOTSTRAP_SASL_IAM: options.brokers,
    REDIS_HOST: redis.host,
    REDIS_PORT: String(CACHE_PORT),
    REHEARSE_REDIS_HOST: redis.host,
    REHEARSE_REDIS_PORT: String(CACHE_PORT),
    REHEARSE_REDIS_PASSWORD: redis.password,
    REHEARSE_PRELOAD: programs.fetchToEmulator,
    REHEARSE_TOPIC_COMMAND: JSON.stringify([process.execPath, programs.changeTopic, options.plainBroker]),
  };
}

export class Emulator {
  private constructor(
    private readonly process: ControlledProcess,
    readonly aws: Aws,
  ) {}

  /** With nothing in it. Throws RehearsalError where it does not come up. */
  static async start(options: EmulatorOptions): Promise<Emulator> {
    for (const name of ['home', 'tmp', 's3', 'state']) {
      rmSync(join(options.folder, name), { recursive: true, force: true });
      mkdirSync(join(options.folder, name), { recursive: true });
    }
    const launcher = resolve('rehearse', 'launcher.py');
    const process = new ControlledProcess(
      {
        name: 'emulator',
        command: options.tools.python,
        args: [launcher],
        env: { ...environment(options) },
        mark: launcher,
        outputFile: join(options.folder, 'emulator.log'),
        stopWithinMs,
      },
      options.record,
    );
    const aws = new Aws(`https://127.0.0.1:${options.port}`, options.certificate.certFile);
    process.start();
    const emulator = new Emulator(process, aws);
    await emulator.untilReady();
    return emulator;
  }

  private async untilReady(): Promise<void> {
    const deadlineMs = Date.now() + readyWithinMs;
    const url = `${this.aws.endpoint}/_ministack/health`;
    const ask = (): Promise<boolean> =>
      this.aws.send({ method: 'GET', url }).then(
        ({ status }) => status === 200,
        () => false,
      );
    while (!(await ask())) {
      const log = this.process.spec.outputFile;
      if (!this.process.isAlive())
        throw new RehearsalError(`the emulator ended while it started: see ${log}`);
      if (Date.now() > deadlineMs) {
        throw new RehearsalError(`the emulator is not ready after ${readyWithinMs / 1_000} s: see ${log}`);
      }
      await new Promise((done) => setTimeout(done, 200));
    }
  }

  /** With the functions: they are processes of its group. */
  async stop(): Promise<void> {
    const { pid } = this.process;
    if (pid === undefined || !this.process.isAlive()) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
    await this.process.stop();
  }
}
