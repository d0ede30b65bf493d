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
}

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const { services, volumes } = parse(text, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const named = Object.entries(services);
const programs = named.filter(([, service]) => service.build !== undefined);

/** The part of the Dockerfile that makes one target. */
function stage(target: string): string {
  const found = dockerfile
    .split(/^(?=FROM )/m)
    .find((part) => part.split('\n')[0]?.endsWith(` AS ${target}`));
  if (found === undefined) throw new Error(`Dockerfile has no target ${target}`);
  return found;
}

/** Names of the services for which something does not hold. */
function except(holds: (service: Service, name: string) => boolean): string[] {
  return named.filter(([name, service]) => !holds(service, name)).map(([name]) => name);
}

test('the five services have the names that others rely on', () => {
  expect(Object.keys(services).sort()).toEqual(['dashboard', 'kafka', 'processor', 'producer', 'redis']);
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
  expect(given.filter((name) => !Object.values<string>(SETTING).includes(name))).toEqual([]);
  expect(text.replace(/#.*$/gm, '')).not.toMatch(/password|secret|token/i);
});

test('foreign images are pinned to a version', () => {
  expect(except(({ image }) => image === undefined || /:\d[\w.-]*$/.test(image))).toEqual([]);
});

test('what must survive lies in named volumes', () => {
  const used = named.flatMap(([, service]) => (service.volumes ?? []).map((volume) => volume.split(':')[0]));
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
