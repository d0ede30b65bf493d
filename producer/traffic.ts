/** Runs the producer: a heartbeat to each partition every second, simulated events at their rate in between. */
import type { Kafka } from 'kafkajs';
import { HEARTBEAT_VALUE } from '../pipeline/core/event';
import { type BatchSender, batchSender } from '../pipeline/stream/acknowledged-batch';
import type { ProducerConfiguration } from './configuration';
import { httpSender } from './http-sender';
import { Outbox, type OutboxCounts } from './outbox';
import { SimulatedTraffic } from './simulated-traffic';
import type { SpikeOptions } from './simulator/spike';
import type { SpikeAnswer } from './spike-request';

export interface Traffic {
  counts(): OutboxCounts;
  /** Starts a news spike, or says why not. */
  spike(options: SpikeOptions): SpikeAnswer;
  /** Ends the traffic and sends what was accepted; answers how many records could not be sent in time. */
  stop(): Promise<number>;
}

export interface TrafficOptions {
  /** The topic's partitions, as they are. */
  readonly partitions: number;
  readonly seed: number;
  /** The topic has no records yet: the past may be written. */
  readonly isTopicEmpty: boolean;
  readonly say: (line: string) => void;
  readonly onHeartbeat: () => void;
}

const heartbeatEveryMs = 1_000;
/** While Kafka is away, so many records wait in memory at most (about 500 bytes each), then the traffic pauses. */
const pendingMin = 2_000;
const pendingMax = 100_000;
/** Local runs must end within five seconds. */
const drainWithinMs = 3_000;

export function startTraffic(
  kafka: Kafka,
  configuration: ProducerConfiguration,
  options: TrafficOptions,
): Traffic {
  const { stream, simulator, eventsPerSecond } = configuration;
  const { partitions, say, onHeartbeat } = options;
  const sender = batchSender(kafka, stream.topic, say);
  const room = Math.min(Math.max(eventsPerSecond, pendingMin), pendingMax);
  const fail = (error: unknown): never => {
    throw error;
  };
  const outbox = new Outbox(sender, room, onHeartbeat, fail);

  const heartbeats = Array.from({ length: partitions }, (_, partition) => ({
    key: null,
    value: HEARTBEAT_VALUE,
    partition,
  }));
  const beat = (): void => outbox.acceptHeartbeat(heartbeats);
  const beating = setInterval(beat, heartbeatEveryMs);
  beat();

  // Heartbeats go to each partition by themselves, which no collector chooses.
  const collected = viaHttp(configuration);
  const simulatedOutbox = collected === undefined ? outbox : new Outbox(collected, room, () => {}, fail);
  const simulated =
    simulator && eventsPerSecond > 0
      ? new SimulatedTraffic(configuration, simulatedOutbox, options)
      : undefined;
  simulated?.run().catch(fail);

  return {
    counts: () =>
      simulatedOutbox === outbox ? outbox.counts() : sum(outbox.counts(), simulatedOutbox.counts()),
    spike: (wanted) =>
      simulated?.startSpike(wanted) ?? {
        refused: 'there is no simulated traffic (--no-simulator, or a rate of 0)',
      },
    stop: async () => {
      clearInterval(beating);
      simulated?.stop();
      const uncollected = simulatedOutbox === outbox ? 0 : await simulatedOutbox.drain(drainWithinMs);
      const unsent = uncollected + (await outbox.drain(drainWithinMs));
      if (unsent === 0) await sender.close();
      return unsent;
    },
  };
}

/** undefined: straight to Kafka. */
function viaHttp({ via, collector, sites }: ProducerConfiguration): BatchSender | undefined {
  if (via !== 'http' || collector === undefined) return undefined;
  return httpSender(`http://127.0.0.1:${collector.port}`, sites[0]);
}

function sum(a: OutboxCounts, b: OutboxCounts): OutboxCounts {
  return { acknowledged: a.acknowledged + b.acknowledged, pending: a.pending + b.pending };
}
