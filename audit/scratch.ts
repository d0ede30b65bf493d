/**
 * HyperLogLogs that the audit feeds itself, in the same Redis but under a hash tag of its own: none of their keys is a
 * shard's. Each is deleted once it has been read, and has a time to live in case the audit does not get that far.
 */
import { randomBytes } from 'node:crypto';
import type { ChainableCommander, Cluster, Redis } from 'ioredis';

export interface Fed {
  readonly registers: Buffer;
  /** What PFCOUNT makes of them. */
  readonly count: number;
}

const elementsPerCommand = 1_000;
/** So that a million visitors do not lie in memory as commands. */
const commandsPerPipeline = 20;
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
  async feed(digests: Iterable<number>): Promise<Fed> {
    const key = `${this.tag}:${this.made++}`;
    let pipeline = this.redis.pipeline();
    let chunk: string[] = [];
    let commands = 0;
    for (const digest of digests) {
      chunk.push(String(digest));
      if (chunk.length < elementsPerCommand) continue;
      pipeline.pfadd(key, ...chunk);
      chunk = [];
      commands += 1;
      if (commands % commandsPerPipeline !== 0) continue;
      pipeline.expire(key, timeToLiveS);
      await run(pipeline);
      pipeline = this.redis.pipeline();
    }
    if (chunk.length > 0) pipeline.pfadd(key, ...chunk);
    pipeline.expire(key, timeToLiveS);
    pipeline.getBuffer(key);
    pipeline.pfcount(key);
    pipeline.del(key);
    const replies = await run(pipeline);
    const [registers, count] = replies.slice(-3, -1).map(([, reply]) => reply) as [Buffer, number];
    return { registers, count };
  }
}

async function run(pipeline: ChainableCommander): Promise<[Error | null, unknown][]> {
  const replies = (await pipeline.exec()) ?? [];
  const failed = replies.find(([error]) => error !== null)?.[0];
  if (failed) throw failed;
  return replies;
}
