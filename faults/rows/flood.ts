/** Junk that never repeats itself, ten million of it, drowns the traffic of a real site; and then junk that names sites of its own. */
import { GRAIN_NAMES } from '../../pipeline/core/grains';
import { sitesMax } from '../../pipeline/core/limits';
import { STATE, shardTag, sitesKey } from '../../pipeline/store/keys';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { floodRecord, junkRecord, realSite } from '../flood/flood-records';
import { type Flood, flood } from '../flood/flood-run';
import { FLOOD_SIZES, type FloodSize, junkSite, partitions } from '../flood/flood-size';
import { checkShown, describeShown } from '../flood/shown-lists';
import { sumCells } from '../flood/stored-cells';
import type { Scenario, ScenarioContext, ScenarioResult } from '../scenario';

const namedMax = 5;

async function termOf({ topic }: Flood, term: string): Promise<number> {
  const states = await topic.shards.states();
  return states.reduce((sum, state) => sum + Number(state[term] ?? 0), 0);
}

/** Totals of every grain to the unit, and each dimension of each cell with "(other)". */
async function checkValues(
  context: ScenarioContext,
  of: Flood,
): Promise<{ compared: number; differing: number }> {
  const { topic, redis, tally, violations } = of;
  const sums = await sumCells(redis, topic.name, realSite);
  const found = [...sums.violations];
  for (const cell of [...GRAIN_NAMES, 'all'] as const) {
    for (const what of ['views', 'events'] as const) {
      const [stored, sent] = [sums[what].get(cell) ?? 0, tally[what].get(cell) ?? 0];
      sums.compared += 1;
      if (stored !== sent) found.push(`${what} (${cell}): ${stored} counted, ${sent} were sent`);
    }
  }
  for (const [term, sent] of [
    [STATE.counted, tally.records],
    [STATE.late, tally.late],
  ] as const) {
    const stored = await termOf(of, term);
    sums.compared += 1;
    if (stored !== sent) found.push(`${term}: ${stored} told, ${sent} were sent`);
  }
  context.say(
    `${sums.compared} sums compared, ${sums.overflowed} of them with values in "(other)", ${found.length} differ`,
  );
  if (sums.overflowed === 0) found.push('no cell reached its bound: that was no flood');
  violations.push(...found.slice(0, namedMax));
  const store = new RedisSnapshotStore(redis, { topic: topic.name, sites: [realSite] });
  const shown = checkShown(await store.readSnapshot(realSite, '24h', Date.now()), tally, context.isShort);
  for (const line of describeShown(shown)) context.say(line);
  violations.push(...shown.violations);
  return { compared: sums.compared, differing: found.length };
}

/** Every second record names a site that no other does; the rest is the flood of values. */
async function floodSites(context: ScenarioContext, size: FloodSize): Promise<Flood> {
  return flood(context, size, {
    purpose: 'sites',
    sites: '*',
    records: size.siteRecords,
    recordOf: (index, nowMs) =>
      index % 2 === 0
        ? floodRecord(index / 2, nowMs)
        : junkRecord(-index, false, nowMs, junkSite(String(index))),
  });
}

async function checkSites(context: ScenarioContext, of: Flood): Promise<void> {
  const { topic, redis, tally, violations } = of;
  let held = 0;
  for (let partition = 0; partition < partitions; partition += 1) {
    const tag = shardTag({ topic: topic.name, generation: 1, partition });
    const names = await redis.smembers(sitesKey(tag));
    held += names.length;
    if (names.length > sitesMax || !names.includes(realSite))
      violations.push(
        `partition ${partition}: ${names.length} sites${names.includes(realSite) ? '' : ', the real one is not among them'}`,
      );
  }
  const real = tally.records / 2;
  // Each site but the real one has one record, in one shard.
  const counted = real + held - partitions;
  const [storedCounted, refused] = [
    await termOf(of, STATE.counted),
    await termOf(of, `${STATE.rejectedPrefix}unknown_site`),
  ];
  context.say(
    `${held} sites in ${partitions} shards; ${storedCounted} records counted, ${refused} unknown_site`,
  );
  if (storedCounted !== counted) violations.push(`${storedCounted} counted, must be ${counted}`);
  if (refused !== tally.records - counted)
    violations.push(`${refused} unknown_site, must be ${tally.records - counted}`);
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const size = FLOOD_SIZES[context.isShort ? 'short' : 'whole'];
  const values = await flood(context, size, {
    purpose: 'values',
    sites: realSite,
    records: size.records,
    recordOf: floodRecord,
  });
  const { compared, differing } = await checkValues(context, values);
  const sites = await floodSites(context, size);
  await checkSites(context, sites);
  return {
    events: values.tally.records + sites.tally.records,
    stalledMs: Math.max(values.topic.stalledMs, sites.topic.stalledMs),
    behindMs: Math.max(values.behindMs, sites.behindMs),
    repaired: 0,
    lost: 0,
    compared,
    differing,
    violations: [...values.violations, ...sites.violations],
  };
}

export const floodOfValues: Scenario = {
  name: 'flood',
  about: '10 million distinct values: memory stays bounded, totals exact, real pages on top',
  run,
};
