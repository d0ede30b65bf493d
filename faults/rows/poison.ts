/** A million records that try to crash whoever reads them, or to be counted for what they are not. */
import { audit } from '../../audit/audit';
import { cellsCompared, differencesOf } from '../../audit/print-report';
import { FedTopic } from '../fed-topic';
import { describeCourse, flatViolations } from '../memory-watch';
import { accountsOf, printAccounts, storedTerms } from '../poison/accounts';
import { FateTally } from '../poison/fate';
import { checkOutput } from '../poison/harmless-output';
import { POISON_SITES, Specimens } from '../poison/specimens';
import type { Scenario, ScenarioContext, ScenarioResult } from '../scenario';

const records = { short: 20_000, whole: 1_000_000 } as const;
const partitions = 4;
const toldEvery = 100_000;
const seedMax = 2 ** 31;

async function writeAll(context: ScenarioContext, topic: FedTopic, count: number): Promise<FateTally> {
  const specimens = new Specimens(Math.floor(context.random() * seedMax));
  const tally = new FateTally();
  while (tally.records < count) {
    const { key, value, headers = {}, fate } = specimens.next(Date.now());
    tally.add(fate);
    await topic.writer.write({ key, value, headers });
    if (tally.records % toldEvery === 0)
      context.say(`${tally.records} written, ${await topic.counted()} counted`);
  }
  return tally;
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const count = records[context.isShort ? 'short' : 'whole'];
  const topic = await FedTopic.open(context, 'records', { sites: POISON_SITES.join(','), partitions });
  await topic.untilStarted();
  const fromMs = performance.now();
  const tally = await writeAll(context, topic, count);
  const behindMs = await topic.untilCounted();
  const seconds = (performance.now() - fromMs) / 1_000;
  const { memory, violations } = await topic.watched();
  context.say(`${Math.round(count / seconds)} records a second, written and counted at the same time`);
  context.say(describeCourse(memory));
  // A short run is over before the heap has found its size.
  if (!context.isShort && memory !== undefined) violations.push(...flatViolations(memory));

  const accounts = accountsOf(tally, await storedTerms(topic, partitions, POISON_SITES));
  for (const line of printAccounts(accounts)) context.say(line);
  for (const { term, expected, stored } of accounts)
    if (expected !== stored) violations.push(`${term}: ${stored} counted, must be ${expected}`);

  const output = await checkOutput(context, topic);
  context.say(`npm run rejects printed ${output.rejects} records`);
  context.say('auditing');
  const audited = await auditTopic(context, topic);
  return {
    events: topic.writer.written,
    stalledMs: topic.stalledMs,
    behindMs,
    repaired: 0,
    lost: 0,
    ...audited,
    violations: [...violations, ...output.violations],
  };
}

async function auditTopic(
  context: ScenarioContext,
  topic: FedTopic,
): Promise<{ readonly compared: number; readonly differing: number }> {
  const report = await audit({
    kafka: context.kafka.client('clickstream-audit'),
    redis: topic.shards.redis,
    topic: topic.name,
    sites: { listed: new Set(POISON_SITES), defaultSite: POISON_SITES[0] },
  });
  return { compared: cellsCompared(report), differing: differencesOf(report).length };
}

export const poison: Scenario = {
  name: 'poison',
  about: `${records.whole.toLocaleString('en')} fuzzed records between good ones: no crash, each told by its reason`,
  run,
};
