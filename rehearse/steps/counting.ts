/** The whole loop: producer, broker, our event source in place of Lambda's pollers, deployed consumer, Redis over TLS, deployed dashboard. */
import { join } from 'node:path';
import { sleep, until } from '../../faults/scenario';
import type { DashboardSnapshot } from '../../pipeline/core/snapshot';
import { SETTING } from '../../pipeline/settings';
import { functionName } from '../deployed-function';
import { type DeployedMapping, deployedMapping } from '../deployed-mapping';
import { readSnapshot } from '../deployed-page';
import type { Stage } from '../stage';
import { expect, type Step } from '../step';

/** Ten minutes of past at once, as old as an event may be to be counted in its minute; and some events a second after them. */
const load = {
  [SETTING.SIMULATOR]: 'true',
  [SETTING.PAST]: '10m',
  [SETTING.RATE]: '20',
  [SETTING.SEED]: '1',
};
const eventsMin = 8_000;
/** A minute is closed for good ten minutes after its end, by the clock of the log. So long until two of the past are, for the audit to compare. */
const liveMs = 210_000;
const askEveryMs = 500;
const loopMsMax = 600_000;

interface Container {
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  /** The emulator leaves the words of the template as they are. */
  readonly healthCheck?: { readonly command?: readonly string[]; readonly Command?: readonly string[] };
}

interface TaskDefinition {
  readonly containerDefinitions: readonly Container[];
}

/** The one of the producer's task. */
async function deployedContainer(stage: Stage): Promise<Container> {
  const target = 'AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition';
  const { taskDefinition } = await stage.aws.command<{ readonly taskDefinition: TaskDefinition }>(
    'ecs',
    target,
    {
      taskDefinition: functionName('producer'),
    },
  );
  const [container] = taskDefinition.containerDefinitions;
  expect(container !== undefined, 'the task of the producer has no container');
  return container;
}

/** By the check that the deployed task names, on this machine: 0 is well. */
async function checkHealth(
  stage: Stage,
  { healthCheck }: Container,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const [kind, node, file] = healthCheck?.command ?? healthCheck?.Command ?? [];
  expect(
    kind === 'CMD' && node === 'node' && file !== undefined,
    `the task has no check that is known here: ${JSON.stringify(healthCheck)}`,
  );
  const check = stage.program({ name: 'health-check', entry: file.replace(/\.js$/, '.ts'), env });
  check.start();
  const exitCode = await check.untilEnded();
  expect(exitCode === 0, `the health check of the producer's task ends with ${exitCode}`);
}

async function isAllCounted({ services }: Stage, { topic, groupId }: DeployedMapping): Promise<boolean> {
  const ends = await services.admin.fetchTopicOffsets(topic);
  const [group] = await services.admin.fetchOffsets({ groupId, topics: [topic] });
  const committed = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  return ends.every(({ partition, high }) => Number(high) === Math.max(0, committed.get(partition) ?? 0));
}

const runLoop: Step = {
  name: 'producer to dashboard',
  run: async (stage) => {
    const container = await deployedContainer(stage);
    const environment = {
      ...Object.fromEntries(container.environment.map(({ name, value }) => [name, value])),
      TMPDIR: join(stage.folder, 'tmp'),
    };
    const mapping = await deployedMapping(stage);
    let invocations = 0;
    const failures: string[] = [];
    const source = stage.program({
      name: 'event-source',
      entry: 'rehearse/inside/event-source.ts',
      env: { REHEARSE_MAPPING: JSON.stringify({ ...mapping, broker: stage.services.kafka.brokers }) },
      onLine: (line) => {
        if (!line.startsWith('{')) return;
        invocations += 1;
        if (!line.includes('"outcome":"succeeded"') || !line.includes('"failedRecords":0'))
          failures.push(line);
      },
    });
    const producer = stage.program({
      name: 'producer',
      entry: 'producer/main.ts',
      env: { ...environment, ...load },
    });
    source.start();
    producer.start();
    const closedAtMs = Date.now() + liveMs;
    let shown: DashboardSnapshot | undefined;
    await until('the dashboard is live', loopMsMax, async () => {
      expect(producer.isAlive() && source.isAlive(), `a program ended: see the logs in ${stage.folder}`);
      await sleep(askEveryMs);
      shown = await readSnapshot(stage);
      return shown.freshness === 'live' && shown.ledger.counted >= eventsMin;
    });
    const lagMs = shown?.lag ?? Number.NaN;
    await checkHealth(stage, container, environment);
    await sleep(closedAtMs - Date.now());
    expect(producer.isAlive() && source.isAlive(), `a program ended: see the logs in ${stage.folder}`);
    await producer.stop();
    await until('all is counted', loopMsMax, () => isAllCounted(stage, mapping));
    await source.stop();
    expect(failures.length === 0, `${failures.length} of ${invocations} invocations failed: ${failures[0]}`);
    const { ledger } = await readSnapshot(stage);
    return `${ledger.consumed} records counted in ${invocations} invocations, lag ${lagMs} ms, all shown; the task's health check says well`;
  },
};

export const COUNTING: readonly Step[] = [runLoop];
