/** All that a variant is rehearsed on, started anew for it: the broker, its front, Redis, the emulator. What steps learn of each other is here. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Admin } from 'kafkajs';
import { bundleProgram } from '../bundle';
import { ControlledProcess } from '../faults/controlled-process';
import { KafkaBroker } from '../faults/kafka-broker';
import { homeAt } from '../local/home';
import { commandRunner } from '../local/services/command-runner';
import { canUseApt, ensureTools } from '../local/services/install-tools';
import { findFreePort } from '../local/services/ports';
import type { RunRecord } from '../local/supervisor/run-file';
import type { Aws } from './aws';
import { Cdk } from './cdk';
import { type Certificate, makeCertificate } from './certificate';
import { Emulator } from './emulator';
import { KafkaFront } from './kafka-front';
import type { Tools } from './python-tools';
import { findCacheAddress, SecureRedis } from './secure-redis';
import type { Variant } from './variants';

export interface StageOptions {
  readonly variant: Variant;
  /** Of the variant: data, logs, templates. Emptied first. */
  readonly folder: string;
  readonly tools: Tools;
  readonly record: RunRecord;
  readonly say: (line: string) => void;
}

interface Services {
  readonly kafka: KafkaBroker;
  readonly front: KafkaFront;
  readonly redis: SecureRedis;
  readonly emulator: Emulator;
  readonly certificate: Certificate;
  readonly admin: Admin;
}

export interface ProgramOptions {
  readonly name: string;
  /** `producer/main.ts`. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

const programStopMs = 8_000;

export class Stage {
  readonly cdk: Cdk;
  /** Of the synthesized templates. */
  readonly assembly: string;
  /** Of the stacks, as the deployment printed them. */
  outputs: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
  /** Of a viewer who has signed in. */
  token = '';
  private readonly programs: ControlledProcess[] = [];

  private constructor(
    private readonly options: StageOptions,
    readonly services: Services,
  ) {
    const { folder, record } = options;
    this.assembly = join(folder, 'cdk.out');
    const { emulator, certificate } = services;
    this.cdk = new Cdk({ folder, endpoint: emulator.aws.endpoint, certFile: certificate.certFile, record });
  }

  /** `onEnd` is told what has to be ended, as soon as it has been started. */
  static async open(options: StageOptions, onEnd: (work: () => Promise<void>) => void): Promise<Stage> {
    const { folder, record, tools, variant, say } = options;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const host = await findCacheAddress();
    const certificate = await makeCertificate(folder, [host]);
    const kafka = await KafkaBroker.start(homeAt(folder), record, say);
    onEnd(() => kafka.stop());
    const front = await KafkaFront.open({ ...kafka.proxy, certificate });
    onEnd(() => front.close());
    const machine = { runner: commandRunner, mayUseApt: canUseApt(), say };
    const command = (await ensureTools(machine, ['redis'])).get('redis') as string;
    const redisOptions = { folder, command, host, isCluster: variant.hasClusterCache, certificate, record };
    const redis = await SecureRedis.start(redisOptions);
    onEnd(() => redis.stop());
    const emulator = await Emulator.start({
      folder,
      tools,
      port: await findFreePort(),
      certificate,
      brokers: front.address,
      plainBroker: kafka.brokers,
      redis: { host, password: redis.password },
      programs: bundlePrograms(folder),
      record,
    });
    onEnd(() => emulator.stop());
    const admin = kafka.client('rehearsal').admin();
    await admin.connect();
    onEnd(() => admin.disconnect());
    const stage = new Stage(options, { kafka, front, redis, emulator, certificate, admin });
    onEnd(() => stage.stopPrograms());
    return stage;
  }

  get variant(): Variant {
    return this.options.variant;
  }

  get folder(): string {
    return this.options.folder;
  }

  get aws(): Aws {
    return this.services.emulator.aws;
  }

  /** `name`: as the construct calls it, to which the CDK adds where it is: `FrontPage7C2B1A90`. */
  output(name: string): string | undefined {
    const pattern = new RegExp(`${name}([0-9A-F]{8})?$`);
    const all = Object.values(this.outputs).flatMap((outputs) => Object.entries(outputs));
    return all.find(([key]) => pattern.test(key))?.[1];
  }

  /** A program of the repository in a process of its own, which knows AWS as the emulator. Not started yet. */
  program({ name, entry, env, onLine }: ProgramOptions): ControlledProcess {
    const outfile = join(this.folder, 'programs', `${name}.js`);
    bundleProgram({ entry, outfile });
    const program = new ControlledProcess(
      {
        name,
        command: process.execPath,
        args: [outfile],
        env: { PATH: process.env.PATH, HOME: join(this.folder, 'home'), ...this.cdk.environment, ...env },
        mark: outfile,
        outputFile: join(this.folder, `${name}.log`),
        stopWithinMs: programStopMs,
        ...(onLine === undefined ? {} : { onLine }),
      },
      this.options.record,
    );
    this.programs.push(program);
    return program;
  }

  private async stopPrograms(): Promise<void> {
    this.cdk.stop();
    await Promise.all(this.programs.map((program) => program.stop()));
  }
}

function bundlePrograms(folder: string): { readonly fetchToEmulator: string; readonly changeTopic: string } {
  const bundle = (name: string): string => {
    const outfile = join(folder, 'programs', `${name}.js`);
    bundleProgram({ entry: `rehearse/inside/${name}.ts`, outfile });
    return outfile;
  };
  return { fetchToEmulator: bundle('fetch-to-emulator'), changeTopic: bundle('change-topic') };
}
