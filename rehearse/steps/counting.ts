/** The whole loop: producer, broker, our event source in place of Lambda's pollers, deployed consumer, Redis over TLS, deployed dashboard. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, until } from '../../faults/scenario';
import type { RepairOutcome } from '../../lambdas/repair/repair-outcome';
import type { AuditMark, DashboardSnapshot } from '../../pipeline/core/snapshot';
import { SETTING } from '../../pipeline/settings';
import { callFunction, describeFunction, functionName } from '../deployed-function';
import { type DeployedMapping, type MappingDescription, readMappingDescription } from '../deployed-mapping';
import { readSnapshot } from '../deployed-page';
import type { Stage } from '../stage';
import { expect, type Step } from '../step';

/** Ten minutes of past at once, and a few events a second after them. */
const load = {
  [SETTING.SIMULATOR]: 'true',
  [SETTING.PAST]: '10m',
  [SETTING.RATE]: '20',
  [SETTING.SEED]: '1',
};
const eventsMin = 5_000;
const askEveryMs = 500;
const loopMsMax = 240_000;

interface TaskDefinition {
  readonly containerDefinitions: readonly {
    readonly environment: readonly { readonly name: string; readonly value: string }[];
  }[];
}

/** What the task of the producer would have as its environment. */
async function taskEnvironment(stage: Stage): Promise<Record<string, string>> {
  const target = 'AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition';
  const { taskDefinition } = await stage.aws.command<{ readonly taskDefinition: TaskDefinition }>(
    'ecs',
    target,
    {
      taskDefinition: functionName('producer'),
    },
  );
  const [container] = taskDefinition.containerDefinitions;
  return Object.fromEntries((container?.environment ?? []).map(({ name, value }) => [name, value]));
}

async function deployedMapping(stage: Stage): Promise<DeployedMapping> {
  const answer = await stage.aws.ask('lambda', 'GET', '/2015-03-31/event-source-mappings/');
  const { EventSourceMappings: mappings } = JSON.parse(answer.body.toString()) as {
    readonly EventSourceMappings: readonly MappingDescription[];
  };
  const [mapping] = mappings;
  expect(mapping !== undefined, 'Lambda knows no event source mapping');
  return readMappingDescription(mapping);
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
    const environment = await taskEnvironment(stage);
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
    let shown: DashboardSnapshot | undefined;
    await until('the dashboard is live', loopMsMax, async () => {
      expect(producer.isAlive() && source.isAlive(), `a program ended: see the logs in ${stage.folder}`);
      await sleep(askEveryMs);
      shown = await readSnapshot(stage);
      return shown.freshness === 'live' && shown.ledger.counted >= eventsMin;
    });
    const lagMs = shown?.lag ?? Number.NaN;
    await producer.stop();
    await until('all is counted', loopMsMax, () => isAllCounted(stage, mapping));
    await source.stop();
    expect(failures.length === 0, `${failures.length} of ${invocations} invocations failed: ${failures[0]}`);
    const { ledger } = await readSnapshot(stage);
    return `${ledger.consumed} records counted in ${invocations} invocations, lag ${lagMs} ms, all shown`;
  },
};

/** As a person audits a deployment: with the address and the secret that the deployment names. */
async function auditByCommand(stage: Stage): Promise<string> {
  const { Environment } = await describeFunction(stage, 'audit');
  const env = { ...Environment?.Variables, NODE_OPTIONS: '' };
  const audit = stage.program({ name: 'audit', entry: 'local/audit.ts', env });
  audit.start();
  const exitCode = await audit.untilEnded();
  const last = readFileSync(join(stage.folder, 'audit.log'), 'utf8').trim().split('\n').at(-1) ?? '';
  expect(exitCode === 0 && / 0 differ$/.test(last), `the audit ends with ${exitCode}: ${last}`);
  return last;
}

const audit: Step = { name: 'audit', run: auditByCommand };

const auditDeployed: Step = {
  name: 'the deployed audit',
  run: async (stage) => {
    const mark = await callFunction<AuditMark | null>(stage, 'audit');
    // A log that has just begun has none that is closed for good; then it has asked broker and store, and that is all.
    if (mark === null) return 'it has read log and store; no minute is closed for good yet';
    expect(mark.differences === 0, `${mark.differences} of ${mark.cells} numbers differ`);
    return `${mark.records} records counted again, ${mark.cells} numbers compared, 0 differ`;
  },
};

const repairDeployed: Step = {
  name: 'the deployed repair',
  run: async (stage) => {
    const before = await readSnapshot(stage);
    await stage.services.redis.call('FLUSHALL');
    const outcomes = await callFunction<readonly RepairOutcome[]>(stage, 'repair');
    const repaired = outcomes.filter(({ kind }) => kind === 'repaired');
    const failed = outcomes.filter(({ kind }) => kind === 'failed');
    // The schedule may have been at one of them already; what counts is what is counted.
    expect(
      failed.length === 0 && repaired.length > 0,
      `${repaired.length} partitions were repaired, ${failed.length} not: ${JSON.stringify(failed).slice(0, 300)}`,
    );
    const verdict = await auditByCommand(stage);
    const { ledger } = await readSnapshot(stage);
    expect(
      ledger.consumed === before.ledger.consumed,
      `${before.ledger.consumed} records were counted, and ${ledger.consumed} after repair`,
    );
    return `an empty store, counted again from the log: ${repaired.length} partitions; ${verdict}`;
  },
};

export const COUNTING: readonly Step[] = [runLoop, auditDeployed, audit, repairDeployed];
