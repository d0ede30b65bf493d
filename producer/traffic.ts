/** Runs the producer: a heartbeat to each partition every second, simulated events at their rate in between. */
import type { Kafka } from 'kafkajs';
import { HEARTBEAT_VALUE } from '../pipeline/core/event';
import { batchSender } from '../pipeline/stream/acknowledged-batch';
import type { ProducerConfiguration } from './configuration';
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

  const simulated =
    simulator && eventsPerSecond > 0 ? new SimulatedTraffic(configuration, outbox, options) : undefined;
  simulated?.run().catch(fail);

  return {
    counts: () => outbox.counts(),
    spike: (wanted) =>
      simulated?.startSpike(wanted) ?? {
        refused: 'there is no simulated traffic (--no-simulator, or a rate of 0)',
      },
    stop: async () => {
      clearInterval(beating);
      simulated?.stop();
      const unsent = await outbox.drain(drainWithinMs);
      if (unsent === 0) await sender.close();
      return unsent;
    },
  };
}
