/**
 * HyperLogLogs that the audit feeds itself, in the same Redis but under a hash tag of its own: none of their keys is a
 * shard's. Each is deleted once it has been read, and has a time to live in case the audit does not get that far.
 */
import { randomBytes } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';

export interface Fed {
  readonly registers: Buffer;
  /** What PFCOUNT makes of them. */
  readonly count: number;
}

const elementsPerCommand = 1_000;
const timeToLiveS = 600;

export class Scratch {
  private readonly tag: string;
  private made = 0;

  constructor(
    private readonly redis: Redis | Cluster,
    topic: string,
  ) {
    this.tag = `{clickstream-audit:${topic}:${randomBytes(8).toString('hex')}}`;
  }

  /** A HyperLogLog of the digests; at least one. */
  async feed(digests: readonly string[]): Promise<Fed> {
    const key = `${this.tag}:${this.made++}`;
    const pipeline = this.redis.pipeline();
    for (let i = 0; i < digests.length; i += elementsPerCommand) {
      pipeline.pfadd(key, ...digests.slice(i, i + elementsPerCommand));
    }
    pipeline.expire(key, timeToLiveS);
    pipeline.getBuffer(key);
    pipeline.pfcount(key);
    pipeline.del(key);
    const replies = (await pipeline.exec()) ?? [];
    const failed = replies.find(([error]) => error !== null)?.[0];
    if (failed) throw failed;
    const [registers, count] = replies.slice(-3, -1).map(([, reply]) => reply) as [Buffer, number];
    return { registers, count };
  }
}
