/** Runs the producer: a heartbeat to each partition every second, simulated events at their rate in between. */
import type { Kafka } from 'kafkajs';
import { HEARTBEAT_VALUE } from '../pipeline/core/event';
import { batchSender } from './acknowledged-batch';
import type { ProducerConfiguration } from './configuration';
import { Outbox, type OutboxCounts } from './outbox';
import { Pace } from './pace';
import { Simulator } from './simulator/simulator';

export interface Traffic {
  counts(): OutboxCounts;
  /** Ends the traffic and sends what was accepted; answers how many records could not be sent in time. */
  stop(): Promise<number>;
}

export interface TrafficOptions {
  /** The topic's partitions, as they are. */
  readonly partitions: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly onHeartbeat: () => void;
}

const tickMs = 50;
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
  const { stream, simulator, eventsPerSecond, sites } = configuration;
  const { partitions, seed, say, onHeartbeat } = options;
  const sender = batchSender(kafka, stream.topic, say);
  const room = Math.min(Math.max(eventsPerSecond, pendingMin), pendingMax);
  const outbox = new Outbox(sender, room, onHeartbeat, (error) => {
    throw error;
  });

  const heartbeats = Array.from({ length: partitions }, (_, partition) => ({
    key: null,
    value: HEARTBEAT_VALUE,
    partition,
  }));
  const beat = (): void => outbox.acceptHeartbeat(heartbeats);
  const timers = [setInterval(beat, heartbeatEveryMs)];
  beat();

  if (simulator && eventsPerSecond > 0) {
    const visitors = new Simulator({ seed, sites, partitions, eventsPerSecond, startMs: Date.now() });
    const pace = new Pace(eventsPerSecond);
    const tick = (): void => {
      const due = pace.due(performance.now());
      // Without room the events of this tick are never made: traffic pauses, and goes on at its rate.
      if (due === 0 || !outbox.hasRoom()) return;
      const nowMs = Date.now();
      outbox.accept(Array.from({ length: due }, () => visitors.next(nowMs)));
    };
    timers.push(setInterval(tick, tickMs));
  }

  return {
    counts: () => outbox.counts(),
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      const unsent = await outbox.drain(drainWithinMs);
      if (unsent === 0) await sender.close();
      return unsent;
    },
  };
}
