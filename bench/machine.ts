/** On what a figure was measured: without it, it says nothing. */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { kafkaVersion } from '../local/services/kafka-jars';
import type { RedisClient } from '../pipeline/store/redis-client';

export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** `unknown`: a broker that was set; its protocol does not tell. */
  readonly kafka: string;
  readonly redis: string;
  /** Commit of the sources, with `+` where they were changed since. */
  readonly revision: string;
}

export async function describeMachine(redis: RedisClient, isKafkaOurs: boolean): Promise<Machine> {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    kafka: isKafkaOurs ? kafkaVersion() : 'unknown',
    redis: await redisVersion(redis),
    revision: revision(),
  };
}

async function redisVersion(redis: RedisClient): Promise<string> {
  const info = await redis.info('server');
  const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
  return valkey === undefined ? (/^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown') : `Valkey ${valkey}`;
}

function revision(): string {
  const git = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  };
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === undefined) return 'unknown';
  return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
}

/** Two lines for a person. */
export function machineLines(machine: Machine): readonly string[] {
  const { processor, processors, memoryGiB, system, node, kafka, redis, revision: commit } = machine;
  return [
    `${processor}, ${processors} processors, ${memoryGiB} GiB, ${system}`,
    `Node ${node}, Kafka ${kafka}, Redis ${redis}, clickstream ${commit}; everything on this one machine`,
  ];
}
