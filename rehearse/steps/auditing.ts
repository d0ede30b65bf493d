/** Whether what was counted is what the log holds, by the deployed audit and by a person's; and whether the deployed repair counts it again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../../faults/scenario';
import type { RepairOutcome } from '../../lambdas/repair/repair-outcome';
import type { AuditMark } from '../../pipeline/core/snapshot';
import { callFunction, describeFunction } from '../deployed-function';
import { deployedMapping } from '../deployed-mapping';
import { readSnapshot } from '../deployed-page';
import { RehearsalError } from '../rehearsal-error';
import type { Stage } from '../stage';
import { expect, type Step } from '../step';

const askEveryMs = 500;
/** The dashboard reads marks every few seconds. */
const shownMsMax = 120_000;

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

async function readShownMark(stage: Stage): Promise<AuditMark> {
  const deadlineMs = Date.now() + shownMsMax;
  for (;;) {
    const { audit: mark } = await readSnapshot(stage);
    if (mark !== null) return mark;
    expect(Date.now() < deadlineMs, 'the page shows no audit, though minutes are closed for good');
    await sleep(askEveryMs);
  }
}

/** Its schedule goes off in the emulator too: where that run has been before, its mark is on the page and there is nothing to add. */
const auditDeployed: Step = {
  name: 'the deployed audit',
  run: async (stage) => {
    const told = await callFunction<AuditMark | null>(stage, 'audit');
    expect(
      told === null || told.differences === 0,
      `the audit finds ${told?.differences} numbers that differ`,
    );
    const { records, cells, differences } = await readShownMark(stage);
    expect(differences === 0, `${differences} of ${cells} numbers differ`);
    expect(records > 0 && cells > 0, `it compared ${cells} numbers of ${records} records`);
    return `${records} records counted again, ${cells} numbers of closed minutes compared, 0 differ, and the page says so`;
  },
};

/** As often as the schedule may be at a partition before us. */
const repairCallsMax = 20;

/** Calls repair until no partition needs it; answers which were repaired by these calls. Throws RehearsalError where one fails. */
async function repairAll(stage: Stage): Promise<ReadonlySet<number>> {
  const repaired = new Set<number>();
  for (let call = 1; call <= repairCallsMax; call += 1) {
    const outcomes = await callFunction<readonly RepairOutcome[]>(stage, 'repair');
    const failed = outcomes.filter(({ kind }) => kind === 'failed');
    expect(failed.length === 0, `repair fails: ${JSON.stringify(failed).slice(0, 300)}`);
    for (const { kind, partition } of outcomes) if (kind === 'repaired') repaired.add(partition);
    if (outcomes.every(({ kind }) => kind === 'normal')) return repaired;
    await sleep(askEveryMs);
  }
  throw new RehearsalError(`after ${repairCallsMax} calls some partition still needs repair`);
}

const repairDeployed: Step = {
  name: 'the deployed repair',
  run: async (stage) => {
    const before = await readSnapshot(stage);
    const { topic } = await deployedMapping(stage);
    const ends = await stage.services.admin.fetchTopicOffsets(topic);
    const written = ends.filter(({ high }) => Number(high) > 0).map(({ partition }) => partition);
    await stage.services.redis.call('FLUSHALL');
    const repaired = await repairAll(stage);
    // Its schedule goes off in the emulator too, and may have been first at one of them.
    expect(repaired.size > 0, 'no partition was repaired by a call');
    const verdict = await auditByCommand(stage);
    const { ledger } = await readSnapshot(stage);
    expect(
      ledger.consumed === before.ledger.consumed,
      `${before.ledger.consumed} records were counted, and ${ledger.consumed} after repair`,
    );
    const others = written.filter((partition) => !repaired.has(partition)).length;
    const byOthers = others === 0 ? '' : ` (${others} of them by the schedule)`;
    return `an empty store, ${ledger.consumed} records in ${written.length} partition(s) counted again from the log${byOthers}; ${verdict}`;
  },
};

export const AUDITING: readonly Step[] = [auditDeployed, audit, repairDeployed];
