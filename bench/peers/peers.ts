/** `peers`: the same topic and the same answer, by clickstream and by what somebody would run instead, in turns in one run. */

import { readBarely } from '../bare-kafkajs';
import { type AuditedCells, type Bench, type Measurement, type Scale, sumCells } from '../benchmark';
import { type Figure, figuresOf } from '../figures';
import { type Column, summaryTable } from '../summary-table';
import { CONTESTANTS, type Contestant, TINY_CONTESTANTS } from './contestants';
import { type KillRun, runKilled } from './kills';
import { type Entrant, type Lap, runLap } from './lap';
import { makePeersTopic, type PeersTopic } from './peers-topic';
import { peerVersions, Workshop } from './set-up';

/** A slow contestant would take hours for what the others do in a minute. */
const slowShare = 0.04;
const slowEventsMin = 1_000;
const killsOfSize = { tiny: 0, short: 5, whole: 5 } as const;

interface Result {
  readonly entrant: Entrant;
  readonly events: number;
  readonly laps: Lap[];
  killed: KillRun | undefined;
}

const columns: readonly Column<Lap>[] = [
  ['rate', 'counted, start-up included', 'events/s'],
  ['steadyRate', 'counted, from a quarter on', 'events/s'],
  ['firstResultMs', 'first result after start', 'ms'],
  ['clientUs', 'client CPU', 'us/event'],
  ['steadyClientUs', 'client CPU, from a quarter on', 'us/event'],
  ['kafkaUs', 'Kafka CPU', 'us/event'],
  ['redisUs', 'Redis CPU', 'us/event'],
  ['allUs', 'all three', 'us/event'],
  ['memoryMiB', 'peak memory', 'MiB'],
  ['foreignPercent', 'CPU of others meanwhile', '%'],
];

async function setUp(bench: Bench, contestants: readonly Contestant[]): Promise<Entrant[]> {
  const workshop = new Workshop(bench.say);
  const entrants: Entrant[] = [];
  for (const contestant of contestants)
    entrants.push({ contestant, start: await contestant.prepare(workshop) });
  return entrants;
}

/** Laps in turns, the order reversed each round, so that whatever disturbs the one disturbs the others as well. */
async function race(
  bench: Bench,
  results: readonly Result[],
  topicOf: (result: Result) => PeersTopic,
  runs: number,
): Promise<void> {
  for (let run = 0; run < runs; run += 1) {
    for (const result of run % 2 === 0 ? results : results.toReversed()) {
      const lap = await runLap(bench, topicOf(result), result.entrant);
      result.laps.push(lap);
      const { name } = result.entrant.contestant;
      const { rate, clientUs, verdict, foreignPercent } = lap;
      const cost = `${Math.round(rate)} events/s, client ${clientUs?.toFixed(2)} us an event`;
      const others = foreignPercent === undefined ? '' : `, others had ${foreignPercent.toFixed(0)} %`;
      bench.say(
        `peers: ${name}, run ${run + 1} of ${runs}: ${cost}, ${verdict.differing} cells differ${others}`,
      );
    }
  }
}

async function killAll(
  bench: Bench,
  results: readonly Result[],
  topicOf: (result: Result) => PeersTopic,
  killsMax: number,
): Promise<void> {
  for (const result of results) {
    const { name } = result.entrant.contestant;
    result.killed = await runKilled(bench, topicOf(result), result.entrant, killsMax);
    const { differing, tooOften, lost } = result.killed.verdict;
    bench.say(
      `peers: ${name}, killed ${result.killed.kills} times: ${differing} cells differ, ${tooOften} events too often, ${lost} lost`,
    );
  }
}

function killFigures({ killed }: Result): Figure[] {
  if (killed === undefined) return [];
  const { differing, tooOften, lost } = killed.verdict;
  const after = `after kill -9, ${killed.kills} times`;
  return [
    { name: `cells that differ ${after}`, unit: 'cells', values: [differing] },
    { name: `counted too often ${after}`, unit: 'events', values: [tooOften] },
    { name: `lost ${after}`, unit: 'events', values: [lost] },
  ];
}

/** Every lap must be right, or its figures count for nothing; after kills we must be right, and the others may not be. */
function auditedOf(results: readonly Result[]): AuditedCells {
  return sumCells(
    results.flatMap(({ laps, killed, entrant }) => [
      ...laps.map(({ verdict }) => verdict),
      ...(killed !== undefined && entrant.contestant.isOurs ? [killed.verdict] : []),
    ]),
  );
}

function figuresOfResult(result: Result): Figure[] {
  const { name } = result.entrant.contestant;
  return [...figuresOf(result.laps, columns), ...killFigures(result)].map((figure) => ({
    ...figure,
    name: `${name}: ${figure.name}`,
  }));
}

export async function measurePeers(bench: Bench, scale: Scale): Promise<Measurement> {
  const { events, runs, size, kills = killsOfSize[size] } = scale;
  const names: readonly string[] =
    scale.contestants ?? (size === 'tiny' ? TINY_CONTESTANTS : CONTESTANTS.map(({ name }) => name));
  const entrants = await setUp(
    bench,
    CONTESTANTS.filter(({ name }) => names.includes(name)),
  );
  const slowEvents = Math.max(slowEventsMin, Math.round(events * slowShare));
  bench.say(`peers: filling a topic with ${events} events`);
  const topic = await makePeersTopic(bench.services, events);
  const isSlowNeeded = entrants.some(({ contestant }) => contestant.isSlow);
  const slowTopic = isSlowNeeded ? await makePeersTopic(bench.services, slowEvents) : topic;
  const topicOf = ({ entrant }: Result): PeersTopic => (entrant.contestant.isSlow ? slowTopic : topic);
  const results = entrants.map((entrant): Result => {
    const ofTopic = entrant.contestant.isSlow ? slowTopic : topic;
    return { entrant, events: ofTopic.events, laps: [], killed: undefined };
  });
  const bare = await readBarely(bench, topic.name, topic.events);
  await race(bench, results, topicOf, runs);
  // With its client's defaults a slow one waits 45 s for its own dead self each time, and shows what is known: it counts twice.
  const fast = results.filter(({ entrant }) => !entrant.contestant.isSlow);
  if (kills > 0) await killAll(bench, fast, topicOf, kills);
  await topic.remove();
  if (isSlowNeeded) await slowTopic.remove();
  const few = results.filter(({ entrant }) => entrant.contestant.isSlow);
  return {
    conditions: [
      `${events.toLocaleString('en')} page views${few.length > 0 ? ` (${slowEvents.toLocaleString('en')} for ${few.map(({ entrant }) => entrant.contestant.name).join(', ')})` : ''}, the middle one ${topic.viewBytes} bytes; 8 partitions; ${topic.right.pages.size} pages, ${topic.right.minutes.size} minutes`,
      'in turns, order reversed each round; each in fresh processes and a new group, from start to the moment in which every cell is right',
      peerVersions().join(', '),
    ],
    figures: [
      ...results.flatMap(figuresOfResult),
      { name: 'ceiling: kafkajs reads, no work', unit: 'events/s', values: [bare.rate] },
      { name: 'ceiling: kafkajs reads, no work, CPU', unit: 'us/event', values: [bare.cpuUs] },
    ],
    table: summaryTable(
      'contestant',
      results.map((result) => ({ name: result.entrant.contestant.name, figures: figuresOfResult(result) })),
    ),
    audited: auditedOf(results),
  };
}
