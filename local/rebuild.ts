/** `npm run rebuild`: counts the topic anew beside what is counted, compares, and switches. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { dropGenerations, listKept, switchBack } from '../lambdas/rebuild/past-generations';
import { rebuildTopic } from '../lambdas/rebuild/rebuild-topic';
import { type Rebuilder, RebuildStoppedError } from '../lambdas/rebuild/rebuilder';
import { redisFromEnvironment } from '../lambdas/redis-connection';
import { NoSuchPartitionError } from '../lambdas/repair/repair-topic';
import { structuredLog } from '../lambdas/structured-log';
import { readCountingConfig } from '../pipeline/counting/counting-config';
import { ConfigurationError, DEFAULT_CONSUMER_GROUP, type Environment, SETTING } from '../pipeline/settings';
import { RedisCommitStore } from '../pipeline/store/redis-commit-store';
import { RedisRebuildStore } from '../pipeline/store/redis-rebuild-store';
import { kafkaClient, readStreamConfig } from '../pipeline/stream/kafka-client';
import { kafkaLogSource } from '../pipeline/stream/log-source';
import { RebuildProgressLine } from './rebuild-progress';
import { describeComparison, describeKept, describePartition } from './rebuild-report';
import { runCommand } from './run-command';
import { openServices } from './services/open-services';

const help = `npm run rebuild [-- --partition N --accept --again | --status | --back | --drop]

Counts the topic from the start of its log into a new generation beside the one that is shown, compares both cell by cell, and
switches readers and writers in one step. Works beside a running npm start; killed or stopped, it goes on where it was. What
the log no longer holds is carried over. Where cells differ it stops before the switch and says which (docs/runbook.md).
Until --drop both generations are kept: Redis needs about twice the memory for the partitions concerned.

  --partition N   this partition alone; default: all
  --accept        switch although cells differ, or what was counted before cannot be carried over
  --again         leave what was begun before, and begin from the start of the log
  --status        the generations of each partition: what they cover, how many keys they have
  --back          count the generation before up to now, and switch back to it
  --drop          delete every generation that is neither shown nor under construction
  --help          this text

Settings: KAFKA_BROKERS, REDIS_URL (default: those of a running npm start, or of the Compose services), TOPIC, SITES.
Exit code 1 if it could not be done, was stopped, or cells differ.`;

interface Work {
  readonly rebuilder: Rebuilder;
  readonly topic: string;
  readonly partitions: readonly number[];
  /** Of the lease: unlike any other's. */
  readonly owner: string;
}

function readPartition(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text)) throw new ConfigurationError('--partition', text, 'a whole number from 0');
  return Number(text);
}

async function printStatus({ rebuilder, topic, partitions }: Work): Promise<number> {
  for (const partition of partitions) {
    for (const kept of await listKept(rebuilder, topic, partition)) {
      console.log(describeKept(kept, await rebuilder.store.countKeys(kept.shard)));
    }
  }
  return 0;
}

async function goBack({ rebuilder, topic, partitions, owner }: Work): Promise<number> {
  const switches = await switchBack(rebuilder, topic, partitions, owner);
  for (const { from, to } of switches) {
    console.log(`partition ${to.partition}: generation ${from.generation} -> ${to.generation}`);
  }
  if (switches.length === 0) console.log('no partition has a generation before the one that is shown');
  return switches.length === 0 ? 1 : 0;
}

async function drop({ rebuilder, topic, partitions, owner }: Work): Promise<number> {
  const deleted = await dropGenerations(rebuilder, topic, partitions, owner, ({ shard }, keys) => {
    console.log(`partition ${shard.partition}: generation ${shard.generation} dropped, ${keys} keys`);
  });
  console.log(deleted === 0 ? 'nothing to drop' : `${deleted} keys deleted`);
  return 0;
}

async function rebuild(
  { rebuilder, topic, partitions, owner }: Work,
  options: { readonly accept: boolean; readonly again: boolean },
): Promise<number> {
  const line = new RebuildProgressLine(process.stderr, partitions.length);
  const observed = { ...rebuilder, onProgress: line.show.bind(line) };
  const report = await rebuildTopic(observed, topic, partitions, owner, options).finally(() => line.clear());
  for (const rebuilt of report.partitions) for (const row of describePartition(rebuilt)) console.log(row);
  for (const row of describeComparison(report.comparison)) console.log(row);
  if (report.isSwitched) {
    console.log(
      `Switched ${report.partitions.length} partitions. The generation before is kept until npm run rebuild -- --drop.`,
    );
    return 0;
  }
  console.log('Not switched. If that is as it should be: npm run rebuild -- --accept');
  return 1;
}

async function openWork(
  env: Environment,
  redis: Awaited<ReturnType<typeof redisFromEnvironment>>,
  partition: number | undefined,
): Promise<Work> {
  const { sites, topic } = readCountingConfig(env);
  const logs = kafkaLogSource(kafkaClient(readStreamConfig(env), 'clickstream-rebuild'));
  const all = await logs.offsets(topic, env[SETTING.CONSUMER_GROUP] || DEFAULT_CONSUMER_GROUP);
  const partitions = all.map((row) => row.partition).filter((each) => each === (partition ?? each));
  if (partitions.length === 0) {
    throw new NoSuchPartitionError(`topic ${topic} has no partition ${partition}; it has ${all.length}`);
  }
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Told twice, it does not wait for the piece of work that is under way.
      if (isStopped) process.exit(1);
      isStopped = true;
    });
  }
  const rebuilder: Rebuilder = {
    logs,
    store: new RedisRebuildStore(redis),
    commits: new RedisCommitStore(redis, { intoMoved: true }),
    rules: { sites, partitionCount: all.length, nonce: randomBytes(16).toString('hex') },
    isStopped: () => isStopped,
  };
  return { rebuilder, topic, partitions, owner: randomBytes(8).toString('hex') };
}

const flag = { type: 'boolean' } as const;

function readOptions() {
  const { values } = parseArgs({
    options: {
      partition: { type: 'string' },
      accept: flag,
      again: flag,
      status: flag,
      back: flag,
      drop: flag,
      help: flag,
    },
  });
  const { accept = false, again = false, status = false, back = false, drop: dropping = false } = values;
  const alone = [status, back, dropping, accept || again].filter(Boolean);
  if (alone.length > 1) {
    throw new ConfigurationError(
      'options',
      process.argv.slice(2).join(' '),
      'one of --status, --back, --drop',
    );
  }
  return {
    help: values.help,
    partition: readPartition(values.partition),
    accept,
    again,
    status,
    back,
    dropping,
  };
}

async function main(): Promise<number> {
  const { partition, help: asksHelp, accept, again, status, back, dropping } = readOptions();
  if (asksHelp) {
    console.log(help);
    return 0;
  }
  const services = await openServices(process.env, (said) => console.log(said));
  const env = {
    ...process.env,
    [SETTING.KAFKA_BROKERS]: services.kafkaBrokers,
    [SETTING.REDIS_URL]: services.redisUrl,
  };
  const redis = await redisFromEnvironment(env, structuredLog('rebuild'));
  try {
    const work = await openWork(env, redis, partition);
    if (status) return await printStatus(work);
    if (back) return await goBack(work);
    if (dropping) return await drop(work);
    return await rebuild(work, { accept, again });
  } catch (error) {
    if (!(error instanceof RebuildStoppedError)) throw error;
    console.log('Stopped; nothing is switched. Run it again: it goes on where it was.');
    return 1;
  } finally {
    redis.disconnect();
    await services.close();
  }
}

runCommand(main);
