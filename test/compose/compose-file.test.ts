/** docker-compose.yml as Compose reads it: what must hold in it, checked without Docker. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SETTING } from '../../pipeline/settings';

interface Service {
  readonly build?: { readonly target: string };
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string | number | null>>;
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly mem_limit?: string;
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly deploy?: { readonly replicas?: number };
}

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const { services, volumes } = parse(text, { merge: true, maxAliasCount: -1 }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const named = Object.entries(services);
/** LocalStack runs as its maker publishes it, and starts containers through Docker's socket. */
const ours = named.filter(([name]) => name !== 'localstack');
const programs = named.filter(([, service]) => service.build !== undefined);

/** The part of the Dockerfile that makes one target. */
function stage(target: string): string {
  const found = dockerfile
    .split(/^(?=FROM )/m)
    .find((part) => part.split('\n')[0]?.endsWith(` AS ${target}`));
  if (found === undefined) throw new Error(`Dockerfile has no target ${target}`);
  return found;
}

/** Services of a profile; undefined: those that `docker compose up` starts. */
function ofProfile(profile: string | undefined): string[] {
  return named.filter(([, { profiles }]) => profiles?.[0] === profile).map(([name]) => name);
}

/** Names of the services, LocalStack aside, for which something does not hold. */
function except(holds: (service: Service, name: string) => boolean): string[] {
  return ours.filter(([name, service]) => !holds(service, name)).map(([name]) => name);
}

test('the five services have the names that others rely on', () => {
  expect(ofProfile(undefined).sort()).toEqual(['dashboard', 'kafka', 'processor', 'producer', 'redis']);
});

test('the profile cluster has three brokers, six Redis nodes and two processors', () => {
  expect(ofProfile('cluster').sort()).toEqual([
    ...['cluster-dashboard', 'cluster-processor', 'cluster-producer', 'kafka-1', 'kafka-2', 'kafka-3'],
    ...['redis-1', 'redis-2', 'redis-3', 'redis-4', 'redis-5', 'redis-6', 'redis-cluster'],
  ]);
  expect(services['cluster-processor']?.deploy?.replicas).toBe(2);
});

test('one broker may be lost: three copies, two of them before a record counts as written', () => {
  for (const [i, name] of ['kafka-1', 'kafka-2', 'kafka-3'].entries()) {
    const { environment = {} } = services[name] ?? {};
    expect(environment).toMatchObject({ KAFKA_NODE_ID: i + 1, KAFKA_DEFAULT_REPLICATION_FACTOR: 3 });
    expect(environment).toMatchObject({
      KAFKA_MIN_INSYNC_REPLICAS: 2,
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3,
    });
    expect(environment.KAFKA_ADVERTISED_LISTENERS).toBe(`INTERNAL://${name}:9092`);
  }
});

test('the programs of the cluster have the settings of the five', () => {
  for (const name of ['producer', 'processor', 'dashboard']) {
    const [alone, clustered] = [name, `cluster-${name}`].map((service) =>
      Object.keys(services[service]?.environment ?? {}).sort(),
    );
    expect(clustered).toEqual(alone);
  }
});

/** Settings that mean nothing to a container here, or that the file itself decides. */
const notForCompose = {
  aws: [
    ...['KAFKA_AUTH', 'REDIS_SECRET_ARN', 'METRICS_NAMESPACE', 'REPAIR_FUNCTION'],
    'COLLECTOR_LINGER_SECONDS',
    ...['LOGIN_ISSUER', 'LOGIN_CLIENT_ID', 'LOGIN_SCOPES', 'LOGIN_ORIGINS', 'LOGIN_CLAIM'],
  ],
  npmStart: ['CLICKSTREAM_HOME'],
  image: ['LISTEN_HOST', 'WEB_DIRECTORY', 'TRACKER_DIRECTORY'],
};

test('every other setting of the programs can be set', () => {
  const given = new Set(programs.flatMap(([, { environment }]) => Object.keys(environment ?? {})));
  const published = Array.from(text.matchAll(/\$\{([A-Z_]+)/g), ([, name]) => name);
  const known: string[] = [...given, ...published, ...Object.values(notForCompose).flat()].map(String);
  expect(Object.values<string>(SETTING).filter((name) => !known.includes(name))).toEqual([]);
});

test('each service has a health check, for `--wait` takes one without for healthy as soon as it runs', () => {
  expect(
    except(
      ({ healthcheck, build }) =>
        healthcheck !== undefined || (build !== undefined && stage(build.target).includes('HEALTHCHECK')),
    ),
  ).toEqual([]);
});

test('each service comes back by itself, has no capability and a bound on its memory', () => {
  expect(except(({ restart }) => restart === 'unless-stopped')).toEqual([]);
  expect(except(({ cap_drop }) => cap_drop?.join() === 'ALL')).toEqual([]);
  expect(except(({ mem_limit }) => /^\d+[mg]$/.test(mem_limit ?? ''))).toEqual([]);
});

test('every port is published on 127.0.0.1 alone', () => {
  expect(except(({ ports }) => (ports ?? []).every((port) => port.startsWith('127.0.0.1:')))).toEqual([]);
});

test('a service starts when what it needs is healthy', () => {
  expect(
    except(({ depends_on }) =>
      Object.values(depends_on ?? {}).every(({ condition }) => condition === 'service_healthy'),
    ),
  ).toEqual([]);
  expect(Object.keys(services.processor?.depends_on ?? {}).sort()).toEqual(['kafka', 'redis']);
});

test('our programs cannot write to their own files', () => {
  expect(programs.filter(([, { read_only }]) => read_only !== true)).toEqual([]);
  expect(dockerfile).toMatch(/^USER node$/m);
});

test('our programs are given settings that exist, and no secret', () => {
  const given = programs.flatMap(([, { environment }]) => Object.keys(environment ?? {}));
  const known: readonly string[] = [...Object.values(SETTING), 'TZ'];
  expect(given.filter((name) => !known.includes(name))).toEqual([]);
  // The token and the secret are the user's, from the shell: nothing stands behind their names. Kafka's image calls an empty folder so.
  const values = text
    .replace(/#.*$/gm, '')
    .replace(/^ +(LOCALSTACK_AUTH_TOKEN|COLLECTOR_FRONT_SECRET):$/gm, '')
    .replace('/etc/kafka/secrets', '');
  expect(values).not.toMatch(/password|secret|token/i);
});

test('foreign images are pinned to a version', () => {
  expect(except(({ image }) => image === undefined || /:\d[\w.-]*$/.test(image))).toEqual([]);
});

test('what must survive lies in named volumes', () => {
  const used = ours.flatMap(([, service]) => (service.volumes ?? []).map((volume) => volume.split(':')[0]));
  expect(used.sort()).toEqual(Object.keys(volumes).sort());
});

test('each image starts a program that the build makes', () => {
  const build = readFileSync(join(root, 'local/build.ts'), 'utf8');
  const started = programs.map(
    ([, service]) => /^CMD \["node", "(.+)\.js"/m.exec(stage(service.build?.target ?? ''))?.[1],
  );
  expect(started.filter((program) => !build.includes(`'${program}'`))).toEqual([]);
});

test('Kafka keeps its log, makes no topic by itself, and lets a killed processor be replaced soon', () => {
  const environment = services.kafka?.environment ?? {};
  expect(services.kafka?.volumes).toContain(`kafka-data:${environment.KAFKA_LOG_DIRS}`);
  expect(environment.KAFKA_AUTO_CREATE_TOPICS_ENABLE).toBe('false');
  expect(environment.KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS).toBeLessThanOrEqual(3_000);
});
