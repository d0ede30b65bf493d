/** What must be true when a row is over, whatever the fault was: checked against Kafka, the store, the audit and the page. */
import { audit } from '../audit/audit';
import { cellsCompared, differencesOf, printReport } from '../audit/print-report';
import { STATE } from '../pipeline/store/keys';
import { connectRedis } from '../pipeline/store/redis-client';
import { type ScenarioResult, until } from './scenario';
import { healsWithinMs, partitions, type Stage, site } from './stage';

export interface Expectation {
  /** Records that the log has lost before they were counted, by partition. Default: none. */
  readonly lost?: readonly number[];
  /** The topic was deleted while events were written: what the old log had acknowledged last is in no log, and nobody knows how much it was. */
  readonly hasNewLog?: boolean;
  /** Views of all time that the page must have, where the row knows. */
  readonly views?: number;
  /** What else the row has found wrong. */
  readonly violations?: readonly string[];
}

/** The page must have said so within 5 s; it is looked at four times a second. */
const unsaidStallMsMax = 6_000;
const namedMax = 5;

/** The faults are over. Waits until the system has healed by itself, ends the load, and checks. Throws ScenarioError where it does not heal. */
export async function finish(stage: Stage, expected: Expectation = {}): Promise<ScenarioResult> {
  const { context, page, producer } = stage;
  context.say('waiting until the page is live again');
  await until('the page is live again', healsWithinMs, () => page.said === 'live');
  await producer.stop();
  const bounds = await stage.bounds();
  const ends = bounds.map(({ high }) => high);
  stage.progress?.noteEnds(ends);
  await until('everything is counted', healsWithinMs, async () => {
    const nexts = await stage.nexts().catch(() => []);
    return ends.every((end, partition) => nexts[partition] === end);
  });
  await stage.progress?.end();
  const [behindMs, hasWarned] = [page.behindMs, page.hasWarned];
  const violations = [...(expected.violations ?? [])];
  const stalledMs = stage.progress?.stalledMs ?? 0;
  if (stalledMs > unsaidStallMsMax && !hasWarned)
    violations.push(
      `nothing was counted for ${Math.round(stalledMs / 1_000)} s, and the page said "live" all the time`,
    );
  const events = ends.reduce((sum, end) => sum + end, 0);
  violations.push(...acknowledgedViolations(stage, events, expected.hasNewLog ?? false));
  const lost = await checkLedger(stage, expected.lost ?? [], violations);
  context.say('auditing');
  const audited = await auditStage(stage, violations);
  await checkPage(stage, { events, lost, views: expected.views }, violations);
  return { events, stalledMs, behindMs, repaired: stage.repairLines.repaired, lost, ...audited, violations };
}

function acknowledgedViolations({ producerLines }: Stage, events: number, hasNewLog: boolean): string[] {
  const { acknowledged, isDrained } = producerLines;
  if (!isDrained) return ['the producer could not send all that it had'];
  if (hasNewLog) return [];
  return acknowledged > events ? [`${acknowledged} records were acknowledged, the log got ${events}`] : [];
}

/** Adds up what is lost, and compares it with what the log has lost, partition by partition. */
async function checkLedger(stage: Stage, expected: readonly number[], violations: string[]): Promise<number> {
  const states = await stage.shards.states();
  let sum = 0;
  for (const [partition, state] of states.entries()) {
    const lost = Number(state[STATE.lost] ?? 0);
    const must = expected[partition] ?? 0;
    if (lost !== must) violations.push(`partition ${partition}: ${lost} told as lost, must be ${must}`);
    sum += lost;
  }
  return sum;
}

async function auditStage(
  { context, topic, options }: Stage,
  violations: string[],
): Promise<{ compared: number; differing: number }> {
  const redis = connectRedis(options.redisUrl);
  try {
    const report = await audit({
      kafka: context.kafka.client('clickstream-audit'),
      redis,
      topic,
      sites: { listed: new Set([site]), defaultSite: site },
    });
    const differences = differencesOf(report);
    const [compared, differing] = [cellsCompared(report), differences.length];
    if (report.shards < partitions) violations.push(`${report.shards} of ${partitions} shards are there`);
    if (differing > 0)
      violations.push(
        ...printReport(report)
          .filter((line) => line.startsWith('shard '))
          .slice(0, namedMax),
      );
    return { compared, differing };
  } finally {
    redis.disconnect();
  }
}

/** The page has the audited numbers: those of the store, and as many records as the log has. */
async function checkPage(
  { page, shards }: Stage,
  must: { readonly events: number; readonly lost: number; readonly views: number | undefined },
  violations: string[],
): Promise<void> {
  const snapshot = await page.read();
  if (snapshot === undefined) {
    violations.push('the page does not answer at the end');
    return;
  }
  const { ledger, totals, stopped } = snapshot;
  const told = ledger.consumed + ledger.empty + ledger.lost;
  if (told !== must.events) violations.push(`the page tells of ${told} records, the log had ${must.events}`);
  if (ledger.lost !== must.lost) violations.push(`the page says ${ledger.lost} lost, the store ${must.lost}`);
  if (ledger.behind !== 0 || stopped.length > 0) violations.push('a partition still waits on the page');
  const views = await shards.views(site);
  if (totals.views !== views) violations.push(`the page says ${totals.views} views, the store ${views}`);
  if (must.views !== undefined && totals.views !== must.views)
    violations.push(`the page says ${totals.views} views, ${must.views} were written and not lost`);
}
