/** What the figures are judged against: medians of one run on one machine. A target that is missed is said, and is no failure. */
import { type Figure, median } from './figures';

/** Median of a figure by its name; undefined: it was not measured. */
type MedianOf = (name: string) => number | undefined;

interface Target {
  readonly benchmark: string;
  readonly what: string;
  readonly is: 'at least' | 'at most';
  readonly bound: number;
  readonly unit: string;
  readonly value: (of: MedianOf) => number | undefined;
}

export interface JudgedTarget {
  readonly benchmark: string;
  readonly what: string;
  /** `at most 1.1 x`. */
  readonly wanted: string;
  readonly value: number;
  readonly isMet: boolean;
}

function ratio(above: string, below: string): Target['value'] {
  return (of) => {
    const [a, b] = [of(above), of(below)];
    return a === undefined || b === undefined ? undefined : a / b;
  };
}

const figure =
  (name: string): Target['value'] =>
  (of) =>
    of(name);

const steady = 'counted, from a quarter on';
const whole = 'counted, start-up included';

export const TARGETS: readonly Target[] = [
  {
    benchmark: 'fold',
    what: 'handler without Redis : bare base64 + JSON.parse',
    is: 'at least',
    bound: 1,
    unit: 'x',
    value: figure('handler : bare loop'),
  },
  {
    benchmark: 'commit',
    what: 'Redis CPU, look-up and commit, full batches',
    is: 'at most',
    bound: 1.5,
    unit: 'us/event',
    value: (of) => {
      const [commits, lookUps] = [of('Redis CPU of the commits'), of('Redis CPU of the look-ups')];
      return commits === undefined || lookUps === undefined ? undefined : commits + lookUps;
    },
  },
  {
    benchmark: 'commit',
    what: 'commits of a batch, however large',
    is: 'at most',
    bound: 1,
    unit: 'commits/batch',
    value: figure('commits of a batch'),
  },
  {
    benchmark: 'end-to-end',
    what: 'whole roll-up, producer on the same processors',
    is: 'at least',
    bound: 60_000,
    unit: 'events/s',
    value: figure('counted at that rate'),
  },
  {
    benchmark: 'end-to-end',
    what: 'the same : kafkajs writes and reads the same bytes, no work',
    is: 'at least',
    bound: 0.85,
    unit: 'x',
    value: ratio('counted at that rate', 'ceiling: kafkajs writes and reads, no work'),
  },
  ...(
    [
      ['event to API p50', 150],
      ['event to API p99', 500],
      ['event to screen p99', 1_500],
    ] as const
  ).map(
    ([name, bound]): Target => ({
      benchmark: 'latency',
      what: name,
      is: 'at most',
      bound,
      unit: 'ms',
      value: figure(name),
    }),
  ),
  {
    benchmark: 'read',
    what: 'snapshot of 30 minutes, 64 shards, 100,000 pages, warm p99',
    is: 'at most',
    bound: 25,
    unit: 'ms',
    value: figure('64 shards, 30m warm p99'),
  },
  {
    benchmark: 'read',
    what: 'the same, on the wire',
    is: 'at most',
    bound: 30_000,
    unit: 'bytes',
    value: figure('64 shards, 30m gzipped'),
  },
  {
    benchmark: 'memory',
    what: 'event source at any rate, peak',
    is: 'at most',
    bound: 300,
    unit: 'MiB',
    value: figure('event source, full topic, peak memory'),
  },
  {
    benchmark: 'memory',
    what: 'Redis, off the formula',
    is: 'at most',
    bound: 10,
    unit: '%',
    value: figure('Redis, off the formula'),
  },
  {
    benchmark: 'peers',
    what: "peers' roll-up only: client CPU : node-batch",
    is: 'at most',
    bound: 1.1,
    unit: 'x',
    value: ratio('ours-pages: client CPU', 'node-batch: client CPU'),
  },
  {
    benchmark: 'peers',
    what: "peers' roll-up only: steady rate : kafka-streams",
    is: 'at least',
    bound: 1,
    unit: 'x',
    value: ratio(`ours-pages: ${steady}`, `kafka-streams: ${steady}`),
  },
  {
    benchmark: 'peers',
    what: "peers' roll-up only: first result",
    is: 'at most',
    bound: 1_000,
    unit: 'ms',
    value: figure('ours-pages: first result after start'),
  },
  {
    benchmark: 'peers',
    what: 'whole roll-up: client CPU : node-batch',
    is: 'at most',
    bound: 1.3,
    unit: 'x',
    value: ratio('ours: client CPU', 'node-batch: client CPU'),
  },
  {
    benchmark: 'peers',
    what: 'whole roll-up: client CPU : kafka-streams',
    is: 'at most',
    bound: 1,
    unit: 'x',
    value: ratio('ours: client CPU', 'kafka-streams: client CPU'),
  },
  {
    benchmark: 'peers',
    what: 'whole roll-up: rate : node-batch',
    is: 'at least',
    bound: 0.75,
    unit: 'x',
    value: ratio(`ours: ${whole}`, `node-batch: ${whole}`),
  },
  {
    benchmark: 'peers',
    what: 'whole roll-up: client, Kafka and Redis',
    is: 'at most',
    bound: 6,
    unit: 'us/event',
    value: figure('ours: all three'),
  },
  {
    benchmark: 'peers',
    what: 'whole roll-up, all in : flink, all in',
    is: 'at most',
    bound: 1,
    unit: 'x',
    value: ratio('ours: all three', 'flink: all three'),
  },
  {
    benchmark: 'peers',
    what: 'two event-source processes : one',
    is: 'at least',
    bound: 1.3,
    unit: 'x',
    value: ratio(`ours-x2: ${steady}`, `ours: ${steady}`),
  },
];

/** Those of the benchmark whose figures were measured. */
export function judgeTargets(benchmark: string, figures: readonly Figure[]): JudgedTarget[] {
  const of: MedianOf = (name) => {
    const found = figures.find((candidate) => candidate.name === name);
    return found && median(found.values);
  };
  return TARGETS.filter((target) => target.benchmark === benchmark).flatMap((target) => {
    const { what, is, bound, unit } = target;
    const value = target.value(of);
    if (value === undefined) return [];
    const isMet = is === 'at least' ? value >= bound : value <= bound;
    return [{ benchmark, what, wanted: `${is} ${bound.toLocaleString('en')} ${unit}`, value, isMet }];
  });
}
