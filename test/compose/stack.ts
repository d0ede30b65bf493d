/** The Compose stack of this working tree as a project of its own: it meets neither a running one of the user nor its volumes. */
import { commandRunner, succeeded } from '../../local/services/command-runner';
import { parseComposeRows } from '../../local/services/compose-services';
import { findFreePort } from '../../local/services/ports';
import type { DashboardSnapshot } from '../../pipeline/core/snapshot';

export const SERVICES = ['dashboard', 'kafka', 'processor', 'producer', 'redis'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Which part of docker-compose.yml is brought up. */
export interface Variant {
  /** Services that `up` is told to start, with what they depend on; none: all without a profile. */
  readonly started: readonly string[];
  readonly profile?: string;
  /** Whose container has the audit. */
  readonly auditor: string;
}

export const FIVE: Variant = { started: [], auditor: 'processor' };
export const CLUSTER: Variant = {
  started: ['cluster-dashboard'],
  profile: 'cluster',
  auditor: 'cluster-processor',
};

/** A cold build fetches images and packages. */
const upMs = 15 * 60_000;
const commandMs = 5 * 60_000;
/** What the page has to show within seconds must be there within this, on a machine that is busy. */
const patienceMs = 90_000;
const askAgainAfterMs = 500;

/** A project's name says which process it belongs to, so that what a killed run has left behind can be told and deleted. */
const projectPrefix = 'clickstream-test-';

export class StackError extends Error {
  override readonly name = 'StackError';
}

export interface Ports {
  readonly page: number;
  readonly kafka: number;
  readonly redis: number;
  readonly collector: number;
}

/** Undefined: there is no Compose here, or no engine that answers. */
export async function engineVersion(): Promise<string | undefined> {
  const engine = await commandRunner.run('docker', ['version', '--format', '{{.Server.Version}}'], {
    timeoutMs: 10_000,
  });
  const compose = await commandRunner.run('docker', ['compose', 'version', '--short'], { timeoutMs: 10_000 });
  if (!succeeded(engine) || !succeeded(compose)) return undefined;
  return `engine ${engine.stdout.trim()}, compose ${compose.stdout.trim()}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Takes down the stacks of runs that were killed. */
export async function wipeLeftovers(say: (line: string) => void): Promise<void> {
  const listed = await commandRunner.run('docker', ['compose', 'ls', '--all', '--quiet'], {
    timeoutMs: commandMs,
  });
  if (!succeeded(listed)) return;
  const leftovers = listed.stdout.split('\n').filter((name) => {
    const pid = name.startsWith(projectPrefix) ? Number(name.slice(projectPrefix.length)) : Number.NaN;
    return Number.isInteger(pid) && !isAlive(pid);
  });
  for (const project of leftovers) {
    say(`taking down ${project}, which a killed run has left behind`);
    const down = ['compose', '--project-name', project, 'down', '--volumes', '--rmi', 'local'];
    await commandRunner.run('docker', down, { timeoutMs: commandMs });
  }
}

export class Stack {
  private readonly project = `${projectPrefix}${process.pid}`;

  private constructor(
    readonly ports: Ports,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly variant: Variant,
  ) {}

  /** `settings`: as a user would set them in the shell. */
  static async prepare(settings: Readonly<Record<string, string>>, variant: Variant): Promise<Stack> {
    const ports = {
      page: await findFreePort(),
      kafka: await findFreePort(),
      redis: await findFreePort(),
      collector: await findFreePort(),
    };
    return new Stack(ports, settings, variant);
  }

  /** Runs `docker compose ...`; throws StackError with what it printed where it fails. */
  async compose(args: readonly string[], timeoutMs = commandMs): Promise<string> {
    const env = {
      ...this.settings,
      PORT: String(this.ports.page),
      CLUSTER_PORT: String(this.ports.page),
      COLLECTOR_PORT: String(this.ports.collector),
      CLUSTER_COLLECTOR_PORT: String(this.ports.collector),
      KAFKA_PORT: String(this.ports.kafka),
      REDIS_PORT: String(this.ports.redis),
    };
    const { profile } = this.variant;
    const profiles = profile === undefined ? [] : ['--profile', profile];
    const command = ['compose', '--project-name', this.project, ...profiles, ...args];
    const outcome = await commandRunner.run('docker', command, { timeoutMs, env });
    if (succeeded(outcome)) return outcome.stdout;
    const said = outcome.kind === 'ended' ? `${outcome.stdout}\n${outcome.stderr}`.trim() : outcome.kind;
    throw new StackError(`docker ${command.join(' ')}: ${said}`);
  }

  async up(): Promise<void> {
    await this.compose(['up', '--build', '-d', '--wait', ...this.variant.started], upMs);
  }

  /** Kills one container of a service that has several; `compose kill` would kill them all. */
  async killOne(service: string, index: number): Promise<void> {
    const container = `${this.project}-${service}-${index}`;
    const outcome = await commandRunner.run('docker', ['kill', container], { timeoutMs: commandMs });
    if (!succeeded(outcome)) throw new StackError(`docker kill ${container}: ${outcome.kind}`);
  }

  /** Services that are healthy, sorted. */
  async healthy(): Promise<readonly string[]> {
    const rows = parseComposeRows(await this.compose(['ps', '--format', 'json']));
    return rows
      .filter(({ Health }) => Health === 'healthy')
      .map(({ Service }) => Service ?? '')
      .sort();
  }

  async snapshot(): Promise<DashboardSnapshot> {
    const response = await fetch(`http://127.0.0.1:${this.ports.page}/api/v1/snapshot`);
    if (!response.ok) throw new StackError(`/api/v1/snapshot: ${response.status} ${await response.text()}`);
    return (await response.json()) as DashboardSnapshot;
  }

  /** Asks until `holds` is true. Throws StackError naming what did not come true, with the last answer. */
  async waitFor(what: string, holds: (snapshot: DashboardSnapshot) => boolean): Promise<DashboardSnapshot> {
    const deadlineMs = Date.now() + patienceMs;
    let last = 'no answer';
    while (Date.now() < deadlineMs) {
      try {
        const snapshot = await this.snapshot();
        if (holds(snapshot)) return snapshot;
        const { freshness, lag, ledger } = snapshot;
        last = JSON.stringify({ freshness, lag, ledger });
      } catch (error) {
        last = (error as Error).message;
      }
      await new Promise((resolve) => setTimeout(resolve, askAgainAfterMs));
    }
    throw new StackError(`not within ${patienceMs / 1000} s: ${what}; last answer: ${last}`);
  }

  /** The recount from inside the processor's container: its verdict. Throws StackError where anything differs. */
  async audit(): Promise<string> {
    const report = await this.compose(['exec', '-T', this.variant.auditor, 'node', 'local/audit.js']);
    return report.trim().split('\n').at(-1) ?? '';
  }

  /** Containers, network, volumes and the images that were built for this project. */
  async wipe(): Promise<void> {
    await this.compose(['down', '--volumes', '--rmi', 'local', '--remove-orphans']);
  }
}
