/** Every benchmark, one row each: its name, what it measures, and how much of it makes a run of each size. */
import type { Benchmark } from './benchmark';
import { measureClick } from './click';
import { measureCollector } from './collector';
import { measureCommit } from './commit';
import { measureDrain } from './drain';
import { measureEndToEnd } from './end-to-end';
import { measureFold } from './fold';
import { measureLatency } from './latency';
import { measureMemory } from './memory';
import { measurePeers } from './peers/peers';
import { measureRead } from './read';

export const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'fold',
    measures: 'the handler without Redis, beside base64 + JSON.parse of the same records',
    events: { tiny: 3_000, short: 100_000, whole: 200_000 },
    runs: { tiny: 1, short: 3, whole: 5 },
    measure: measureFold,
  },
  {
    name: 'commit',
    measures: 'bytes sent to Redis and its CPU, by look-up and commit, full batches',
    events: { tiny: 3_000, short: 200_000, whole: 500_000 },
    runs: { tiny: 1, short: 3, whole: 5 },
    measure: measureCommit,
  },
  {
    name: 'drain',
    measures: 'a full topic counted by a fresh event source: rate, CPU of each process, first result',
    events: { tiny: 1_500, short: 300_000, whole: 1_000_000 },
    runs: { tiny: 1, short: 3, whole: 5 },
    measure: measureDrain,
  },
  {
    // Events: the most that a trial may write.
    name: 'end-to-end',
    measures:
      "producer, Kafka, event source and Redis at the highest rate that lag does not grow at; the generator's own ceiling",
    events: { tiny: 1_000, short: 1_000_000, whole: 3_000_000 },
    runs: { tiny: 1, short: 2, whole: 5 },
    measure: measureEndToEnd,
  },
  {
    // Events: probes of the API; of the screen a third of them.
    name: 'latency',
    measures: 'from just before an event is sent to the API and to the screen, at 1,700 events a second',
    events: { tiny: 2, short: 100, whole: 500 },
    runs: { tiny: 1, short: 1, whole: 1 },
    measure: measureLatency,
  },
  {
    name: 'read',
    measures:
      'a snapshot of each window from 8 shards, and of a large site from 64: time, CPU, bytes on the wire',
    events: { tiny: 1_500, short: 100_000, whole: 500_000 },
    runs: { tiny: 1, short: 1, whole: 3 },
    measure: measureRead,
  },
  {
    // Events: of a trial in batches; of one event a request a quarter.
    name: 'collector',
    measures:
      'events by HTTP, one a request and in batches, beside a bare handler of the same framework that answers 200',
    events: { tiny: 400, short: 60_000, whole: 200_000 },
    runs: { tiny: 1, short: 1, whole: 3 },
    measure: measureCollector,
  },
  {
    // Events: clicks until the API has them; until the screen has them a third of that.
    name: 'click',
    measures: 'from a click in a browser through tracker and collector to the API and to the screen',
    events: { tiny: 2, short: 100, whole: 300 },
    runs: { tiny: 1, short: 1, whole: 1 },
    measure: measureClick,
  },
  {
    name: 'memory',
    measures:
      'the event source at an ordinary rate and on a full topic; Redis beside the formula of docs/scaling.md',
    events: { tiny: 1_500, short: 250_000, whole: 1_000_000 },
    runs: { tiny: 1, short: 1, whole: 5 },
    measure: measureMemory,
  },
  {
    isNamedOnly: true,
    name: 'peers',
    measures:
      'the same work by what somebody would run instead: Python, Node, Kafka Streams, Flink; and killed five times',
    events: { tiny: 4_000, short: 300_000, whole: 1_000_000 },
    runs: { tiny: 1, short: 1, whole: 5 },
    measure: measurePeers,
  },
];
