/** What a Redis takes while it is written to: its memory, looked at all the time, and its slowest commands. */
import type { RedisClient } from '../../pipeline/store/redis-client';
import { sleep } from '../scenario';

const everyMs = 200;
const slowlogLengthMax = 4_096;
/** Commands that take less are not looked at. */
const slowAfterUs = 5_000;

async function memoryOf(redis: RedisClient): Promise<{ readonly now: number; readonly peak: number }> {
  const info = await redis.info('memory');
  const bytesOf = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return { now: bytesOf('used_memory'), peak: bytesOf('used_memory_peak') };
}

export interface RedisCourse {
  /** Of the empty server. */
  readonly startBytes: number;
  /** The most that Redis itself has seen (`used_memory_peak`), and that this watch has. */
  readonly peakBytes: number;
  readonly sampledPeakBytes: number;
  readonly samples: number;
  /** Scripts slower than 5 ms: how many, and the slowest, microseconds. */
  readonly slowScripts: number;
  readonly slowestScriptUs: number;
  /** Mean and 99th percentile of a script, microseconds. */
  readonly meanScriptUs: number;
  readonly p99ScriptUs: number;
}

export class RedisWatch {
  private readonly running: Promise<void>;
  private isEnded = false;
  private sampledPeak = 0;
  private samples = 0;

  private constructor(
    private readonly redis: RedisClient,
    private readonly startBytes: number,
  ) {
    this.running = this.watch();
  }

  static async start(redis: RedisClient): Promise<RedisWatch> {
    await redis.config('SET', 'slowlog-log-slower-than', slowAfterUs);
    await redis.config('SET', 'slowlog-max-len', slowlogLengthMax);
    return new RedisWatch(redis, (await memoryOf(redis)).now);
  }

  async end(): Promise<RedisCourse> {
    this.isEnded = true;
    await this.running;
    const { peak } = await memoryOf(this.redis);
    const slow = (await this.redis.slowlog('GET', slowlogLengthMax)) as [number, number, number, string[]][];
    const scripts = slow.filter(([, , , words]) => /^evalsha$/i.test(words[0] ?? '')).map(([, , us]) => us);
    const told = `${await this.redis.info('commandstats')}\n${await this.redis.info('latencystats')}`;
    return {
      startBytes: this.startBytes,
      peakBytes: peak,
      sampledPeakBytes: this.sampledPeak,
      samples: this.samples,
      slowScripts: scripts.length,
      slowestScriptUs: Math.max(0, ...scripts),
      meanScriptUs: Number(/cmdstat_evalsha:.*usec_per_call=([\d.]+)/.exec(told)?.[1] ?? 0),
      p99ScriptUs: Number(/latency_percentiles_usec_evalsha:.*p99=([\d.]+)/.exec(told)?.[1] ?? 0),
    };
  }

  private async watch(): Promise<void> {
    while (!this.isEnded) {
      // A server that is busy answers later; what it had in between is in its own peak.
      const { now } = await memoryOf(this.redis).catch(() => ({ now: 0 }));
      this.sampledPeak = Math.max(this.sampledPeak, now);
      this.samples += 1;
      await sleep(everyMs);
    }
  }
}

export function describeRedis(course: RedisCourse): string[] {
  const ms = (us: number): string => (us / 1_000).toFixed(1);
  return [
    `Redis: ${megabytes(course.startBytes)} empty, peak ${megabytes(course.peakBytes)} (looked at ${course.samples} times: ${megabytes(course.sampledPeakBytes)})`,
    `scripts: mean ${ms(course.meanScriptUs)} ms, p99 ${ms(course.p99ScriptUs)} ms, slowest ${ms(course.slowestScriptUs)} ms, ${course.slowScripts} over ${slowAfterUs / 1_000} ms`,
  ];
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
