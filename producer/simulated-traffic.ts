/** The simulated visitors of a run: first the past, where one is wanted, then live, with news spikes on demand. */
import { MINUTE_MS } from '../pipeline/core/limits';
import type { TrafficConfiguration } from './configuration';
import type { Outbox } from './outbox';
import { Pace } from './pace';
import { type PastProgress, writePast } from './past';
import { dailyFactor, localHourOfDay } from './simulator/daily-curve';
import { Simulator } from './simulator/simulator';
import { Spike, type SpikeOptions, spikeArticle } from './simulator/spike';
import type { SpikeAnswer } from './spike-request';
import type { TrafficOptions } from './traffic';

const tickMs = 50;
/** So many that the page shows how long pages are looked at, and so few that most records stay page views. */
export const engagementsPerView = 0.3;

export class SimulatedTraffic {
  private readonly simulator: Simulator;
  private readonly startMs: number;
  private ticking: NodeJS.Timeout | undefined;
  private isStopped = false;
  private spike: Spike | undefined;

  constructor(
    private readonly configuration: TrafficConfiguration,
    private readonly outbox: Outbox,
    private readonly options: Pick<TrafficOptions, 'partitions' | 'seed' | 'isTopicEmpty' | 'say'>,
  ) {
    const { sites, eventsPerSecond, pastMs, via } = configuration;
    const { seed, partitions, isTopicEmpty } = options;
    this.startMs = Date.now() - (isTopicEmpty ? pastMs : 0);
    const { startMs } = this;
    const tellsUserAgent = via === 'http';
    this.simulator = new Simulator({
      seed,
      sites,
      partitions,
      eventsPerSecond,
      startMs,
      engagementsPerView,
      tellsUserAgent,
    });
  }

  /** Resolves when the live traffic has begun. */
  async run(): Promise<void> {
    if (this.configuration.pastMs > 0) await this.runPast();
    if (this.isStopped) return;
    const pace = new Pace(this.configuration.eventsPerSecond);
    // From now on, so that nothing is missing between the past and the first tick.
    pace.due(performance.now());
    this.ticking = setInterval(() => this.tick(pace), tickMs);
  }

  stop(): void {
    this.isStopped = true;
    clearInterval(this.ticking);
  }

  /** A spike that runs already gives way. */
  startSpike(options: SpikeOptions): SpikeAnswer {
    if (this.ticking === undefined) return { refused: 'the past is still being written' };
    this.spike = new Spike(Date.now(), options);
    this.simulator.startSpike(this.spike);
    const { factor, lengthMs } = options;
    const usualPerSecond = Math.round(this.configuration.eventsPerSecond * this.dailyFactor(Date.now()));
    return { started: { factor, minutes: lengthMs / MINUTE_MS, usualPerSecond, article: spikeArticle } };
  }

  private tick(pace: Pace): void {
    const nowMs = Date.now();
    const due = pace.due(performance.now(), this.factorAt(nowMs));
    // Without room the events of this tick are never made: traffic pauses, and goes on at its rate.
    if (due === 0 || !this.outbox.hasRoom()) return;
    this.outbox.accept(Array.from({ length: due }, () => this.simulator.next(nowMs)));
  }

  private factorAt(nowMs: number): number {
    return this.dailyFactor(nowMs) * (this.spike?.factorAt(nowMs) ?? 1);
  }

  private dailyFactor(atMs: number): number {
    return this.configuration.hasDailyCurve ? dailyFactor(localHourOfDay(atMs)) : 1;
  }

  private async runPast(): Promise<void> {
    const { say, isTopicEmpty } = this.options;
    if (!isTopicEmpty) {
      say('the topic has records already, so no past is written: --fresh empties it');
      return;
    }
    await writePast(this.simulator, this.outbox, {
      fromMs: this.startMs,
      eventsPerSecond: this.configuration.eventsPerSecond,
      factorAt: (atMs) => this.dailyFactor(atMs),
      nowMs: () => Date.now(),
      isStopped: () => this.isStopped,
      report: (progress) => say(describeProgress(progress)),
    });
  }
}

function describeProgress({ reachedMs, done, written, perSecond }: PastProgress): string {
  const share = `${Math.floor(done * 100)} %`;
  const reached = new Date(reachedMs).toISOString().slice(0, 16);
  return `the past: ${share}, up to ${reached}Z, ${written} events, ${perSecond}/s`;
}
